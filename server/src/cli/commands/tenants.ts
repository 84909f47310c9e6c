import { z } from 'zod'
import { createTenant } from '../../adapters/postgres/accounts/create-tenant.ts'
import { healthOf } from '../../domain/connection-health.ts'
import { isSlug } from '../../domain/slug.ts'
import { isTimeZone } from '../../domain/zoned-time.ts'
import type { AdministeredAccount, AdministeredTenant, TenantChange } from '../../ports/tenant-administration.ts'
import type { Administration } from '../administration.ts'
import { type Answer, type Command, checked, everything, moment, Refused, table, type Values } from '../command.ts'
import { fitting, newTenant, TenantOptions } from '../new-tenant.ts'
import { issuedLink, unknownPassword } from './password-link.ts'

const PAGE = 500

export const slug = z.string().refine(isSlug, 'a slug is small letters, digits and inner hyphens')
const name = z.string().trim().min(1, 'a name is not empty').max(120, 'a name has at most 120 characters')
const zone = z.string().refine(isTimeZone, 'a time zone is an IANA name, for example Europe/Berlin')

/** The tenant of this slug; refused where there is none. */
export async function tenantOf({ tenants }: Administration, wanted: string): Promise<AdministeredTenant> {
  const tenant = await tenants.bySlug(wanted)
  if (tenant === undefined) throw new Refused(`there is no practice "${wanted}": see tenants list`)
  return tenant
}

export const healthOfAccount = ({ access, evidence }: AdministeredAccount) => healthOf({ access, ...evidence })

/** Of the account that receives, unless another one, without which nobody can book either, fares worse. */
const healthIn = ({ accounts }: AdministeredTenant) => {
  const [first = healthOf(undefined), ...others] = accounts.map(healthOfAccount)
  return [first, ...others].find(({ state }) => state !== 'ok' && state !== 'read_only') ?? first
}

const lastReadOf = ({ accounts }: AdministeredTenant): Date | undefined => accounts[0]?.evidence.lastReadAt

const stateOf = ({ suspendedAt, closedAt, offboardingAt }: AdministeredTenant): string => {
  if (offboardingAt !== undefined) return 'offboarding'
  if (suspendedAt !== undefined) return 'suspended'
  return closedAt === undefined ? 'open' : 'closed'
}

export const dataOf = (tenant: AdministeredTenant) => {
  const { accounts, ...own } = tenant
  return { ...own, state: stateOf(tenant), health: healthIn(tenant).state, accounts: accounts.map(accountData) }
}

/** Never whose account it is. */
export const accountData = (account: AdministeredAccount) => {
  const health = healthOfAccount(account)
  return {
    connectionId: account.id,
    provider: account.provider,
    access: account.access,
    receives: account.receives,
    health: health.state,
    ...('since' in health && { since: health.since }),
    lastReadAt: account.evidence.lastReadAt,
  }
}

async function list(_values: Values, { tenants }: Administration): Promise<Answer> {
  const all = await everything<AdministeredTenant>((last) => tenants.list(last?.slug, PAGE))
  const rows = all.map((tenant) => [
    tenant.slug,
    stateOf(tenant),
    healthIn(tenant).state,
    moment(lastReadOf(tenant)),
    String(tenant.waitingEvents),
    tenant.name,
  ])
  return {
    data: all.map(dataOf),
    lines: table(['SLUG', 'STATE', 'CALENDAR', 'LAST READ', 'EVENTS WAITING', 'NAME'], rows),
  }
}

async function show(values: Values, administration: Administration): Promise<Answer> {
  const tenant = await tenantOf(administration, checked(z.object({ slug }), values).slug)
  const users = await everything((last: { email: string } | undefined) =>
    administration.users.list(tenant.id, last?.email, PAGE),
  )
  const { accounts, ...own } = dataOf(tenant)
  const facts = { ...own, bookingPage: `${administration.appUrl}/book/${tenant.slug}` }
  const told = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value ?? '-'))
  const rows = Object.entries(facts).map(([fact, value]) => [fact, told(value)])
  const calendars = accounts.map((account) => [
    account.receives ? 'calendar' : 'further calendar',
    `${account.provider}, ${account.access}, ${account.health}, last read ${moment(account.lastReadAt)}`,
  ])
  const people = users.map(({ email, owner, disabledAt }) => [
    'user',
    `${email} (${owner ? 'owner' : 'member'}${disabledAt === undefined ? '' : ', disabled'})`,
  ])
  const data = { ...facts, accounts, users: users.map(userData) }
  return { data, lines: table(['', ''], [...rows, ...calendars, ...people]).slice(1) }
}

const userData = ({ id, email, owner, disabledAt }: Awaited<ReturnType<Administration['users']['list']>>[number]) => ({
  id,
  email,
  role: owner ? 'owner' : 'member',
  disabledAt,
})

async function create(values: Values, administration: Administration): Promise<Answer> {
  const given = checked(TenantOptions, values)
  const { slug: wanted, email } = given
  const spoken = fitting(given)
  if (typeof spoken === 'string') throw new Refused(spoken)
  const tenant = newTenant({ ...given, ...spoken }, await unknownPassword(administration.passwords))
  const created = await createTenant(administration.database, tenant, 'operator')
  if (created === undefined) throw new Refused('that slug or e-mail address is in use already: see tenants list')
  const owner = await administration.users.byEmail(email)
  const link = await issuedLink(administration, owner?.id ?? '')
  const bookingPage = `${administration.appUrl}/book/${wanted}`
  return {
    data: { id: created.id, slug: wanted, bookingPage, passwordLink: link.data },
    lines: [`Created. Booking page: ${bookingPage}`, ...link.lines],
  }
}

/** Changes a tenant and says what holds now. */
export async function changed(
  administration: Administration,
  wanted: string,
  change: TenantChange,
  says: string,
): Promise<Answer> {
  const tenant = await tenantOf(administration, wanted)
  const outcome = await administration.tenants.change(tenant.id, change, administration.clock.now(), 'operator')
  if (outcome === 'unknown') throw new Refused(`there is no practice "${wanted}" any more`)
  if (outcome === 'offboarding')
    throw new Refused(`"${wanted}" is being removed for good: tenants offboard goes on with it`)
  if (outcome === 'slug_taken') throw new Refused(`the slug "${change.slug}" is in use already: see tenants list`)
  const now = await tenantOf(administration, change.slug ?? wanted)
  return { data: { outcome, ...dataOf(now) }, lines: [outcome === 'unchanged' ? 'It is so already.' : says] }
}

const NewName = z.object({ slug, name: name.optional(), to: slug.optional() })

async function rename(values: Values, administration: Administration): Promise<Answer> {
  const { slug: wanted, name: given, to } = checked(NewName, values)
  if (given === undefined && to === undefined) throw new Refused('nothing to change: give --name or --to')
  const change = { ...(given !== undefined && { name: given }), ...(to !== undefined && { slug: to }) }
  const moved = `Links to /book/${wanted} lead nowhere from now on; those that clients have to their own bookings still work.`
  return changed(administration, wanted, change, to === undefined ? 'Renamed.' : `Renamed. ${moved}`)
}

const inSuspension = (suspended: boolean, says: string) => (values: Values, administration: Administration) =>
  changed(administration, checked(z.object({ slug }), values).slug, { suspended }, says)

export const TENANT_COMMANDS: readonly Command[] = [
  {
    name: 'tenants list',
    says: 'Every practice, with its calendar’s health, when that was last read, and how many events wait to be written or removed.',
    run: list,
  },
  { name: 'tenants show', takes: ['slug'], says: 'One practice and its users.', run: show },
  {
    name: 'tenants create',
    says: 'A practice with weekday hours from nine to five and a 50-minute session; its owner gets a link to set a password.',
    options: {
      slug: { type: 'string', value: 'S', says: 'Its name in addresses' },
      name: { type: 'string', value: 'N', says: 'What clients read' },
      'time-zone': { type: 'string', value: 'Z', says: 'An IANA name, for example Europe/Berlin' },
      email: { type: 'string', value: 'E', says: 'Of its owner' },
      meet: { type: 'string', value: 'M', says: 'online or in-person, which it is without' },
      'contact-line': { type: 'string', value: 'C', says: 'How else clients reach the practice' },
      language: { type: 'string', value: 'L', says: 'en, which it is without, or de' },
      languages: { type: 'string', value: 'L,L', says: 'Those its clients may read: its own alone without' },
      clock: { type: 'string', value: 'K', says: '12h or 24h: as the language is written in that time zone without' },
    },
    run: create,
  },
  {
    name: 'tenants suspend',
    takes: ['slug'],
    says: 'Nobody can sign in or book there; what is booked stays, and clients can still see and cancel it.',
    run: inSuspension(true, 'Suspended: its booking page is gone and nobody can sign in. tenants resume undoes it.'),
  },
  {
    name: 'tenants resume',
    takes: ['slug'],
    says: 'Undoes tenants suspend.',
    run: inSuspension(false, 'It is open again.'),
  },
  {
    name: 'tenants rename',
    takes: ['slug'],
    says: 'Another name, or another slug: then its booking page moves.',
    options: {
      name: { type: 'string', value: 'N', says: 'What clients read from now on' },
      to: { type: 'string', value: 'S', says: 'The new slug' },
    },
    run: rename,
  },
  {
    name: 'tenants zone',
    takes: ['slug', 'zone'],
    says: 'Another time zone: working hours are read in it from now on, and sessions that are booked stay at their instant.',
    run: (values, administration) => {
      const given = checked(z.object({ slug, zone }), values)
      const says = `Working hours are those of ${given.zone} from now on. Sessions that are booked stay at their instant, so their wall-clock time may be another one there.`
      return changed(administration, given.slug, { timeZone: given.zone }, says)
    },
  },
]
