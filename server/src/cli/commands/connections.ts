import { z } from 'zod'
import type { AdministeredTenant } from '../../ports/tenant-administration.ts'
import type { Administration } from '../administration.ts'
import { type Answer, type Command, checked, everything, moment, Refused, table, type Values } from '../command.ts'
import { accountData, slug, tenantOf } from './tenants.ts'

const PAGE = 500

const dataOf = ({ slug: tenant, accounts }: AdministeredTenant) =>
  accounts.map((account) => ({ tenant, ...accountData(account) }))

type Listed = ReturnType<typeof dataOf>[number]

const linesOf = (all: readonly Listed[]): string[] =>
  table(
    ['PRACTICE', 'PROVIDER', 'ACCESS', 'RECEIVES', 'HEALTH', 'SINCE', 'LAST READ', 'CONNECTION'],
    all.map(({ tenant, provider, access, receives, health, since, lastReadAt, connectionId }) => [
      ...[tenant, provider, access, receives ? 'yes' : 'no', health, moment(since), moment(lastReadAt), connectionId],
    ]),
  )

async function list(_values: Values, { tenants }: Administration): Promise<Answer> {
  const all = await everything<AdministeredTenant>((last) => tenants.list(last?.slug, PAGE))
  const connected = all.flatMap(dataOf)
  return { data: connected, lines: linesOf(connected) }
}

async function check(values: Values, administration: Administration): Promise<Answer> {
  const wanted = checked(z.object({ slug }), values).slug
  const { id: tenantId, accounts } = await tenantOf(administration, wanted)
  if (accounts.length === 0 || (await administration.checkCalendars(tenantId)) === 'unknown')
    throw new Refused(`${wanted} has no calendar connected`)
  const found = dataOf(await tenantOf(administration, wanted))
  return { data: found, lines: linesOf(found) }
}

export const CONNECTION_COMMANDS: readonly Command[] = [
  {
    name: 'connections list',
    says: 'Every connected calendar and its health; never whose account it is.',
    run: list,
  },
  {
    name: 'connections check',
    takes: ['slug'],
    says: 'Lists and reads a practice’s calendars now, as the button on its page does, and says what was found.',
    run: check,
  },
]
