import { z } from 'zod'
import type { AdministeredTenant } from '../../ports/tenant-administration.ts'
import type { Administration } from '../administration.ts'
import { type Answer, type Command, checked, everything, moment, Refused, table, type Values } from '../command.ts'
import { healthIn, slug, tenantOf } from './tenants.ts'

const PAGE = 500

const dataOf = (tenant: AdministeredTenant) => {
  const { connection } = tenant
  const health = healthIn(tenant)
  return {
    tenant: tenant.slug,
    id: connection?.id,
    provider: connection?.provider,
    access: connection?.access,
    health: health.state,
    since: 'since' in health ? health.since : undefined,
    lastReadAt: connection?.evidence.lastReadAt,
  }
}

const linesOf = (all: readonly ReturnType<typeof dataOf>[]): string[] =>
  table(
    ['PRACTICE', 'PROVIDER', 'ACCESS', 'HEALTH', 'SINCE', 'LAST READ', 'CONNECTION'],
    all.map(({ tenant, provider, access, health, since, lastReadAt, id }) => [
      ...[tenant, provider ?? '-', access ?? '-', health, moment(since), moment(lastReadAt), id ?? '-'],
    ]),
  )

async function list(_values: Values, { tenants }: Administration): Promise<Answer> {
  const all = await everything<AdministeredTenant>((last) => tenants.list(last?.slug, PAGE))
  const connected = all.filter(({ connection }) => connection !== undefined).map(dataOf)
  return { data: connected, lines: linesOf(connected) }
}

async function check(values: Values, administration: Administration): Promise<Answer> {
  const wanted = checked(z.object({ slug }), values).slug
  const { id: tenantId, connection } = await tenantOf(administration, wanted)
  const none = `${wanted} has no calendar connected`
  if (connection === undefined) throw new Refused(none)
  if ((await administration.checkCalendars(tenantId)) === 'unknown') throw new Refused(none)
  const found = dataOf(await tenantOf(administration, wanted))
  return { data: found, lines: linesOf([found]) }
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
