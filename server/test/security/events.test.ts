import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Account } from '../../dev/microsoft-emulator/index.ts'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import type { Therapist } from '../support/therapist.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'
import { connections, forgetLimits, newAccount, slots, withParameter } from './support.ts'

let world: EmulatedWorld
let app: Instance
let ada: Therapist
let account: Account

beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated', microsoft: { accessTokenSeconds: 200 } })
  app = await world.start()
})
beforeEach(async () => {
  await forgetLimits(world)
  ada = await app.signIn(await world.practice())
  account = newAccount(world)
})
afterAll(() => world.close())

const connect = (access = 'bookings', who = account) => ada.connectMicrosoft(world.microsoft, who, access)
const read = async () => {
  for (let turn = 0; turn < 2; turn++) await slots(world, app, ada.practice)
}
const connectionId = async (status = 'ACTIVE') => (await connections(world, ada.practice.tenantId, status))[0]?.id ?? ''
const callback = async () => world.microsoft.signIn((await ada.leave()).href, account)
const adminReturn = async () => {
  const { text } = await ada.back('/settings/calendar/admin?provider=microsoft')
  const link = /id="link"[^>]*value="([^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? ''
  return world.microsoft.decideAsAdmin(link, account, 'deny')
}

interface Row {
  readonly name: string
  /** What has to be before. */
  readonly before?: () => Promise<unknown>
  readonly act: () => Promise<unknown>
  /** The line in the log and the action in the audit, where strangers write none. */
  readonly line: string
  readonly action: string | undefined
  /** Who did it, in the audit; `user:<id>` where absent. */
  readonly actor?: string
}

let prepared = ''

const EVENTS: readonly Row[] = [
  { name: 'connect', act: () => connect(), line: 'calendar_connect_connected', action: 'calendar_connected' },
  {
    name: 'reconnect',
    before: connect,
    act: () => connect(),
    line: 'calendar_connect_reconnected',
    action: 'calendar_reconnected',
  },
  {
    name: 'scope change',
    before: connect,
    act: () => connect('availability'),
    line: 'calendar_connect_reconnected',
    action: 'calendar_access_changed',
  },
  {
    name: 'another account',
    before: connect,
    act: async () =>
      ada.back(
        await world.microsoft.signIn(
          (await ada.leave('microsoft', 'bookings', { other: '1' })).href,
          newAccount(world),
        ),
      ),
    line: 'calendar_connect_confirm',
    action: 'calendar_pending',
  },
  {
    name: 'disconnect',
    before: connect,
    act: () => ada.press('disconnect'),
    line: 'calendar_disconnected',
    action: 'calendar_disconnected',
  },
  {
    name: 'refusal',
    act: async () => ada.back(await world.microsoft.signIn((await ada.leave()).href, account, 'decline')),
    line: 'calendar_connect_declined_or_admin',
    action: 'calendar_connect_declined_or_admin',
  },
  {
    name: 'state mismatch',
    act: async () => ada.back(withParameter(await callback(), 'state', 'x')),
    line: 'oauth_state_mismatch',
    action: 'oauth_state_mismatch',
  },
  {
    name: 'a callback without a session',
    act: async () => app.browser().get(await callback()),
    line: 'oauth_state_mismatch',
    action: undefined,
  },
  {
    name: 'cross-tenant attempt',
    before: async () => {
      await connect()
      prepared = await connectionId()
      ada = await app.signIn(await world.practice())
      await connect('bookings', newAccount(world))
    },
    act: () => ada.press('disconnect', { connection: prepared }),
    line: 'connection_not_theirs',
    action: 'connection_not_theirs',
  },
  {
    name: 'refused refresh',
    before: async () => {
      await connect()
      world.microsoft.revoke(account)
    },
    act: read,
    line: 'token_exchange_failed',
    action: 'calendar_access_lost',
    actor: 'provider',
  },
  {
    name: 'decrypt failure',
    before: async () => {
      await connect()
      await world.database.pool.query('UPDATE calendar_connection SET token_version = 99 WHERE tenant_id = $1', [
        ada.practice.tenantId,
      ])
    },
    act: read,
    line: 'tokens_unreadable',
    action: 'calendar_access_lost',
    actor: 'provider',
  },
  {
    name: 'rate limit',
    before: async () => {
      for (let turn = 0; turn < 10; turn++) await ada.leave()
    },
    act: async () => {
      for (let turn = 0; turn < 3; turn++) await ada.press('connect', { provider: 'microsoft', access: 'bookings' })
    },
    line: 'rate_limited',
    action: 'rate_limited',
  },
  {
    name: "administrator's refusal",
    act: async () => app.browser().get(await adminReturn()),
    line: 'admin_consent_refused',
    action: 'admin_consent_refused',
    actor: 'administrator',
  },
  {
    name: 'signing in',
    act: () => app.signIn(ada.practice),
    line: 'sign_in',
    action: 'sign_in',
  },
  {
    name: 'a wrong password',
    act: async () => {
      const browser = app.browser()
      const { email } = ada.practice
      await browser.submit(await browser.get('/sign-in'), '/sign-in', { email, password: 'not it' })
    },
    line: 'sign_in_failed',
    action: 'sign_in_failed',
  },
]

it.each(EVENTS)(
  'CL-10 CL-11 PR-15 $name: one line in the log and one row in the audit, with who, what and when',
  async (row) => {
    await row.before?.()
    const { pool } = world.database
    const newest = await pool.query<{ id: string }>('SELECT coalesce(max(id), 0)::text AS id FROM audit_event')
    const lines = world.logs.written(row.line).length
    await row.act()

    const said = world.logs.written(row.line).slice(lines)
    expect(said).toHaveLength(1)
    expect(said[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    // A failed sign-in is noted after its answer.
    const noted = async () => (await pool.query('SELECT * FROM audit_event WHERE id > $1', [newest.rows[0]?.id])).rows
    if (row.action !== undefined) await until(async () => (await noted()).length > 0)
    const rows = await noted()
    expect(rows.map(({ action }) => action)).toEqual(row.action === undefined ? [] : [row.action])
    for (const secret of [account.address, ada.practice.email, ada.practice.password])
      expect(JSON.stringify([said, rows])).not.toContain(secret)
    if (row.action === undefined) return
    const [{ actor, tenant_id, at }] = rows
    expect(actor).toMatch(row.actor === undefined ? /^user:[0-9a-f-]{36}$/ : new RegExp(`^${row.actor}$`))
    expect(tenant_id).toBe(ada.practice.tenantId)
    expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(60_000)
  },
)
