import { z } from 'zod'
import { isEmailAddress } from '../../domain/email-address.ts'
import type { AdministeredUser } from '../../ports/user-administration.ts'
import type { Administration } from '../administration.ts'
import { type Answer, type Command, checked, everything, moment, Refused, table, type Values } from '../command.ts'
import { Hours, issuedLink, LINK_HOURS, unknownPassword } from './password-link.ts'
import { slug, tenantOf } from './tenants.ts'

const PAGE = 500

const email = z
  .string()
  .trim()
  .refine(isEmailAddress, 'a user is named by her e-mail address')
  .transform((text) => text.toLowerCase())
const Role = z.enum(['owner', 'member'], { error: 'a role is owner or member' })

const Who = z.object({ email, tenant: slug.optional() })

const OF_TENANT = {
  tenant: { type: 'string', value: 'S', says: 'Refuse where she is not of this practice' },
} as const

const dataOf = ({ id, tenant, email, owner, disabledAt, createdAt }: AdministeredUser) => ({
  id,
  tenant,
  email,
  role: owner ? 'owner' : 'member',
  disabledAt,
  createdAt,
})

/** The user of this address; refused where there is none, or where she is of another tenant than the one that is named. */
async function userOf({ users }: Administration, who: z.output<typeof Who>): Promise<AdministeredUser> {
  const user = await users.byEmail(who.email)
  if (user === undefined || (who.tenant !== undefined && user.tenant !== who.tenant))
    throw new Refused(`there is no user ${who.email}${who.tenant ? ` at ${who.tenant}` : ''}: see users list`)
  return user
}

async function list(values: Values, administration: Administration): Promise<Answer> {
  const { tenant } = checked(z.object({ tenant: slug.optional() }), values)
  const tenantId = tenant === undefined ? undefined : (await tenantOf(administration, tenant)).id
  const all = await everything<AdministeredUser>((last) => administration.users.list(tenantId, last?.email, PAGE))
  const rows = all.map((user) => [user.email, user.tenant, user.owner ? 'owner' : 'member', moment(user.disabledAt)])
  return { data: all.map(dataOf), lines: table(['EMAIL', 'PRACTICE', 'ROLE', 'DISABLED'], rows) }
}

async function add(values: Values, administration: Administration): Promise<Answer> {
  const given = checked(z.object({ tenant: slug, email, role: Role.default('member') }), values)
  const { id: tenantId } = await tenantOf(administration, given.tenant)
  const passwordHash = await unknownPassword(administration.passwords)
  const user = { tenantId, email: given.email, passwordHash, owner: given.role === 'owner' }
  const added = await administration.users.add(user, 'operator')
  if (added === undefined) throw new Refused('that e-mail address is in use already: see users list')
  const link = await issuedLink(administration, added.id)
  return { data: { ...dataOf(added), passwordLink: link.data }, lines: ['Added.', ...link.lines] }
}

const saying = (outcome: string, says: string): readonly string[] => [
  outcome === 'unchanged' ? 'It is so already.' : says,
]

async function after(administration: Administration, who: z.output<typeof Who>, outcome: string, says: string) {
  if (outcome === 'unknown') throw new Refused(`there is no user ${who.email} any more`)
  return { data: { outcome, ...dataOf(await userOf(administration, who)) }, lines: saying(outcome, says) }
}

async function role(values: Values, administration: Administration): Promise<Answer> {
  const given = checked(Who.extend({ role: Role }), values)
  const user = await userOf(administration, given)
  const outcome = await administration.users.changeRole(user.id, given.role === 'owner', 'operator')
  if (outcome === 'only_owner')
    throw new Refused('she is the only owner who may sign in there: make another user owner first')
  return after(administration, given, outcome, `She is ${given.role} from her next page on.`)
}

async function disable(values: Values, administration: Administration): Promise<Answer> {
  const given = checked(Who, values)
  const { id, tenantId } = await userOf(administration, given)
  const outcome = await administration.users.disable(id, administration.clock.now(), 'operator')
  const left = await administration.users.list(tenantId, undefined, PAGE)
  const nobody = left.every(({ disabledAt }) => disabledAt !== undefined)
  const says = 'Disabled: she is signed out everywhere, and a link to set her password is void.'
  return after(administration, given, outcome, nobody ? `${says} Nobody can sign in at ${left[0]?.tenant} now.` : says)
}

async function enable(values: Values, administration: Administration): Promise<Answer> {
  const given = checked(Who, values)
  const { id } = await userOf(administration, given)
  const outcome = await administration.users.enable(id, 'operator')
  return after(
    administration,
    given,
    outcome,
    'She can sign in again, with the password she had; without one, by a link of users password-link.',
  )
}

async function passwordLink(values: Values, administration: Administration): Promise<Answer> {
  const given = checked(Who.extend({ hours: Hours.default(LINK_HOURS) }), values)
  const user = await userOf(administration, given)
  if (user.disabledAt !== undefined) throw new Refused('she is disabled: users enable comes first')
  return issuedLink(administration, user.id, given.hours)
}

export const USER_COMMANDS: readonly Command[] = [
  {
    name: 'users list',
    says: 'Every user, or those of one practice.',
    options: { tenant: { type: 'string', value: 'S', says: 'Of this practice alone' } },
    run: list,
  },
  {
    name: 'users add',
    takes: ['tenant', 'email'],
    says: 'Another user of a practice; she gets a link to set a password.',
    options: { role: { type: 'string', value: 'R', says: 'owner, or member, which it is without' } },
    run: add,
  },
  {
    name: 'users role',
    takes: ['email', 'role'],
    says: 'owner may connect and disconnect the calendar, member may not. A practice keeps one owner.',
    options: OF_TENANT,
    run: role,
  },
  {
    name: 'users disable',
    takes: ['email'],
    says: 'She is signed out everywhere at once and can sign in no more.',
    options: OF_TENANT,
    run: disable,
  },
  { name: 'users enable', takes: ['email'], says: 'Undoes users disable.', options: OF_TENANT, run: enable },
  {
    name: 'users password-link',
    takes: ['email'],
    says: 'A link by which she sets a new password, once; one from before is void.',
    options: {
      hours: { type: 'string', value: 'H', says: `How long it works: ${LINK_HOURS} without, 336 at most` },
      ...OF_TENANT,
    },
    run: passwordLink,
  },
]
