import { z } from 'zod'
import { isEmailAddress } from '../../domain/email-address.ts'
import type { Administration } from '../administration.ts'
import { type Answer, type Command, checked, moment, Refused, table, type Values } from '../command.ts'
import { slug, tenantOf } from './tenants.ts'

const Client = z.object({
  email: z.string().trim().refine(isEmailAddress, 'a client is named by her e-mail address'),
  tenant: slug.optional(),
})

const OF_TENANT = { tenant: { type: 'string', value: 'S', says: 'At this practice alone' } } as const

const tenantIdOf = async (administration: Administration, tenant: string | undefined) =>
  tenant === undefined ? undefined : (await tenantOf(administration, tenant)).id

async function exportClient(values: Values, administration: Administration): Promise<Answer> {
  const { email, tenant } = checked(Client, values)
  const tenantId = await tenantIdOf(administration, tenant)
  const bookings = await administration.clientData.export({ email, tenantId }, 'operator')
  const data = bookings.map(({ tenantId: _, ...booking }) => booking)
  return { data, lines: [JSON.stringify(data, undefined, 2)] }
}

const LEFT = [
  'What remains says that there was a session of that service at that time, and nothing of her; links to it are unknown now.',
  'Not reached from here: backups until they expire, and entries of past sessions in the therapist’s calendar: ask her to delete them.',
]

async function erase(values: Values, administration: Administration): Promise<Answer> {
  const { email, tenant, cancel } = checked(Client.extend({ cancel: z.boolean().default(false) }), values)
  const tenantId = await tenantIdOf(administration, tenant)
  const outcome = await administration.clientData.erase({ email, tenantId, cancel }, 'operator')
  if (outcome.kind === 'under_way')
    throw new Refused(
      `a session of hers is under way until ${moment(outcome.until)}: nothing is erased, repeat it then`,
    )
  if (outcome.kind === 'to_come') {
    const rows = outcome.sessions.map(({ tenant: at, startsAt }) => [at, moment(startsAt)])
    const sessions = table(['PRACTICE', 'SESSION'], rows).join('\n')
    throw new Refused(
      `sessions of hers are still to come: nothing is erased. With --cancel they are cancelled first\n${sessions}`,
    )
  }
  const { bookings, cancelled } = outcome
  const events =
    cancelled === 0 ? [] : [`Cancelled first: ${cancelled}. Their entries leave the calendar within minutes.`]
  return { data: { bookings, cancelled }, lines: [...events, `Erased: ${bookings} bookings.`, ...LEFT] }
}

export const CLIENT_COMMANDS: readonly Command[] = [
  {
    name: 'clients export',
    takes: ['email'],
    says: 'All that is kept of a client who booked with this address, in whatever letters, as JSON.',
    options: OF_TENANT,
    run: exportClient,
  },
  {
    name: 'clients erase',
    takes: ['email'],
    says: 'Erases her name and address. Refused while a session of hers is to come, unless it is to be cancelled.',
    options: { ...OF_TENANT, cancel: { type: 'boolean', says: 'Cancel her sessions to come first' } },
    run: erase,
  },
]
