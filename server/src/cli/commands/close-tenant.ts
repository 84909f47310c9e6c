import { z } from 'zod'
import type { Booking } from '../../ports/booking-store.ts'
import type { Administration } from '../administration.ts'
import { type Answer, type Command, checked, moment, Refused, table, type Values } from '../command.ts'
import { changed, dataOf, slug, tenantOf } from './tenants.ts'

const Given = z
  .object({
    slug,
    'keep-sessions': z.boolean().default(false),
    'cancel-sessions': z.boolean().default(false),
    'dry-run': z.boolean().default(false),
  })
  .refine((given) => !(given['keep-sessions'] && given['cancel-sessions']), {
    path: ['slug'],
    message: '--keep-sessions and --cancel-sessions do not go together',
  })

/** Without a client's name: the practice's export has those. */
const sessionData = ({ id, startsAt, endsAt, service, event }: Booking) => ({
  bookingId: id,
  startsAt,
  endsAt,
  service: service.name,
  event: event.status,
})

export const listed = (sessions: readonly Booking[]): string[] =>
  table(
    ['SESSION', 'SERVICE', 'EVENT', 'BOOKING'],
    sessions.map(({ id, startsAt, service, event }) => [moment(startsAt), service.name, event.status, id]),
  )

const NOBODY_TOLD = 'Nobody is written to from here: tell their clients, whom tenants export names.'

function lookAhead(sessions: readonly Booking[]): Answer {
  const data = { sessions: sessions.map(sessionData) }
  if (sessions.length === 0) return { data, lines: ['Nothing is changed. No session is to come or under way.'] }
  const lines = [
    `Nothing is changed. Sessions to come or under way: ${sessions.length}.`,
    ...listed(sessions),
    'With --keep-sessions they take place, with --cancel-sessions those that have not begun are cancelled.',
  ]
  return { data, lines }
}

async function close(values: Values, administration: Administration): Promise<Answer> {
  const given = checked(Given, values)
  const { id, slug: wanted } = await tenantOf(administration, given.slug)
  const { closeTenant } = administration
  if (given['dry-run']) return lookAhead(await closeTenant.standing(id))
  const chosen = given['cancel-sessions'] ? 'cancel' : given['keep-sessions'] ? 'keep' : undefined
  const outcome = await closeTenant.close(id, chosen, 'operator')
  if (outcome.kind === 'unknown') throw new Refused(`there is no practice "${wanted}" any more`)
  if (outcome.kind === 'undecided') {
    const reason = `sessions are to come or under way: nothing is closed. Say --keep-sessions or --cancel-sessions`
    throw new Refused([reason, ...listed(outcome.sessions)].join('\n'))
  }
  const { already, cancelled, standing } = outcome
  const told =
    cancelled === 0 ? [] : [`Cancelled: ${cancelled}. Their entries leave the calendar within minutes. ${NOBODY_TOLD}`]
  const left = standing === 0 ? [] : [`Sessions that still stand: ${standing}.`]
  const first = already
    ? 'It was closed already.'
    : 'Closed: its booking page says that it takes no bookings any more. Its users still sign in. tenants reopen undoes it.'
  const data = { ...dataOf(await tenantOf(administration, wanted)), cancelled, standing }
  return { data, lines: [first, ...told, ...left] }
}

export const CLOSE_COMMANDS: readonly Command[] = [
  {
    name: 'tenants close',
    takes: ['slug'],
    says: 'No new bookings; its page says so. Users still sign in, clients still see and cancel what they booked.',
    options: {
      'keep-sessions': { type: 'boolean', says: 'Sessions to come take place' },
      'cancel-sessions': { type: 'boolean', says: 'Sessions to come are cancelled, and leave the calendar' },
      'dry-run': { type: 'boolean', says: 'List the sessions to come alone' },
    },
    run: close,
  },
  {
    name: 'tenants reopen',
    takes: ['slug'],
    says: 'Undoes tenants close, but for sessions that were cancelled.',
    run: (values, administration) =>
      changed(
        administration,
        checked(z.object({ slug }), values).slug,
        { closed: false },
        'It takes bookings again. Sessions that were cancelled stay so.',
      ),
  },
]
