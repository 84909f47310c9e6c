import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { auditOf } from '../support/rows.ts'
import type { Therapist } from '../support/therapist.ts'
import { PATIENCE_MS, until } from '../support/until.ts'
import {
  book,
  calendarRows,
  connections,
  newAccount,
  outcomeOf,
  slots,
  startApp,
  stateOf,
  withParameter,
} from './support.ts'

const { world, app } = await startApp()
let therapist: Therapist

beforeEach(async () => {
  therapist = await app.signIn(await world.practice())
})

const stored = (status?: string) => connections(world, therapist.practice.tenantId, status)
const connect = async (account = newAccount(world), access = 'bookings') =>
  outcomeOf(await therapist.connectMicrosoft(world.microsoft, account, access))

describe('another account', () => {
  it('OA-12 F-51 waits for confirmation even with the same address, and then replaces the first, which is shredded', async () => {
    const address = `${randomUUID()}@contoso.example`
    const [first, second] = [newAccount(world, { address }), newAccount(world)]
    expect(await connect(first)).toBe('connected')
    const [before] = await stored()
    const callback = await world.microsoft.signIn(
      (await therapist.leave('microsoft', 'bookings', { other: '1' })).href,
      second,
    )
    world.microsoft.spoilNextTokens({ claims: { preferred_username: address, email: address } })
    expect(outcomeOf((await therapist.back(callback)).location)).toBe('confirm')
    expect(await stored()).toEqual([before])
    expect((await therapist.press('confirm')).status).toBe(303)
    expect(await stored()).toMatchObject([{ account_key: `${second.tid}.${second.oid}` }])
    expect(await stored('DISCONNECTED')).toMatchObject([{ id: before?.id, token_cache: null, account_address: null }])
    const audit = await auditOf(world.database.pool, therapist.practice.tenantId)
    expect(audit.filter((line) => line.startsWith('calendar_replaced'))).toHaveLength(1)
  })

  it('OA-12 a changed address is still the same account', async () => {
    const account = newAccount(world)
    expect(await connect(account)).toBe('connected')
    const callback = await world.microsoft.signIn((await therapist.leave()).href, account)
    world.microsoft.spoilNextTokens({ claims: { preferred_username: 'renamed@contoso.example' } })
    expect(outcomeOf((await therapist.back(callback)).location)).toBe('reconnected')
    expect(await stored()).toHaveLength(1)
  })
})

describe('levels of access', () => {
  it('PR-03 OA-17 reading only writes nothing; raising it asks again; lowering it stops the writing', async () => {
    const account = newAccount(world)
    const writes = () => world.microsoft.journal.of('graph').filter(({ method }) => method !== 'GET').length
    const before = writes()
    expect(await connect(account, 'availability')).toBe('connected')
    const [first = '', , second = ''] = (await slots(world, app, therapist.practice)).starts
    expect((await book(app, therapist.practice, first)).status).toBe(201)
    expect((await therapist.settings()).text).toContain('reading only')
    expect(await eventStatuses()).toEqual(['NOT_WANTED'])

    expect(await connect(account, 'bookings')).toBe('reconnected')
    const { status } = await book(app, therapist.practice, second)
    expect(status).toBe(201)
    await world.microsoft.journal.until(
      ({ method, path, account: whose }) => method === 'POST' && /events/.test(path) && whose === account.address,
      AbortSignal.timeout(PATIENCE_MS),
    )
    expect(writes()).toBe(before + 1)

    await until(async () => (await eventStatuses()).includes('WRITTEN'))
    // What becomes of the session that stands there is hers to say.
    expect(await connect(account, 'availability')).toBe('confirm')
    expect(await stored()).toMatchObject([{ access: 'BOOKINGS' }])
    expect((await therapist.press('confirm')).status).toBe(303)
    expect(await stored()).toMatchObject([{ access: 'AVAILABILITY' }])
    const [third = ''] = (await slots(world, app, therapist.practice)).starts
    expect((await book(app, therapist.practice, third)).status).toBe(201)
    expect((await eventStatuses()).filter((one) => one === 'NOT_WANTED')).toHaveLength(2)
    const audit = await auditOf(world.database.pool, therapist.practice.tenantId)
    expect(audit.filter((line) => line.startsWith('calendar_access_changed'))).toHaveLength(2)
  })

  async function eventStatuses(): Promise<string[]> {
    const where = { tenantId: therapist.practice.tenantId }
    const rows = await world.database.database.booking.findMany({ where, orderBy: { createdAt: 'asc' } })
    return rows.map(({ eventStatus }) => eventStatus)
  }
})

it('PR-07 clients cannot tell why an hour is taken: booked here, or busy in the calendar', async () => {
  const account = newAccount(world)
  const other = await app.signIn(await world.practice())
  await connect(account)
  await other.connectMicrosoft(world.microsoft, newAccount(world))
  const [start = ''] = (await slots(world, app, other.practice)).starts
  expect((await book(app, other.practice, start)).status).toBe(201)
  const end = new Date(Date.parse(start) + 50 * 60_000).toISOString()
  world.microsoft.addEvent(account, { subject: 'Private', start, end, timeZone: 'UTC', showAs: 'busy' })
  const [mine, theirs] = [await slots(world, app, therapist.practice), await slots(world, app, other.practice)]
  expect(mine).toEqual(theirs)
})

describe('consent as it really is', () => {
  it.each([
    ['declined', 'allowed', 'decline', 'declined_or_admin'],
    ['an administrator must approve: left that page', 'admin-approval', 'return', 'declined_or_admin'],
    ['an administrator must approve: AADSTS90094', 'admin-error', 'accept', 'admin_consent'],
  ] as const)('%s: says both ways on', async (_name, userConsent, decision, outcome) => {
    const account = newAccount(world, { userConsent })
    const page = await therapist.back(await world.microsoft.signIn((await therapist.leave()).href, account, decision))
    expect(outcomeOf(page.location)).toBe(outcome)
    const { text } = await therapist.back(page.location ?? '')
    expect(text).toContain('/settings/calendar/admin?provider=microsoft')
    expect(text).toMatch(/Try again|Sign in with Microsoft/)
    expect(await stored()).toEqual([])
  })

  it('no mailbox, or a guest: said at once, nothing stored', async () => {
    expect(await connect(newAccount(world, { mailbox: 'none' }))).toBe('no_mailbox')
    expect(await connect(newAccount(world, { kind: 'guest' }))).toBe('no_mailbox')
    expect(await stored()).toEqual([])
  })
})

it('a booking is neither lost nor written while the account waits for its owner', async () => {
  const account = newAccount(world)
  expect(await connect(account)).toBe('connected')
  const { starts } = await slots(world, app, therapist.practice)
  world.microsoft.faults.failNext((incoming) => incoming.method === 'POST' && incoming.path.includes('/events'), {
    status: 401,
    code: 'InvalidAuthenticationToken',
  })
  world.microsoft.revoke(account)
  expect((await book(app, therapist.practice, starts[0] ?? '')).status).toBe(201)
  await world.database.pool.query("SELECT graphile_worker.add_job('requeue_outbox')")
  expect(outcomeOf(await therapist.connectMicrosoft(world.microsoft, account))).toMatch(/connected/)
  await world.microsoft.journal.until(
    (entry) =>
      entry.method === 'POST' && /events/.test(entry.path) && entry.status === 201 && entry.account === account.address,
    AbortSignal.timeout(PATIENCE_MS),
  )
})

describe('an administrator', () => {
  const link = async (): Promise<URL> => {
    const { text } = await therapist.back('/settings/calendar/admin?provider=microsoft')
    const value = /id="link"[^>]*value="([^"]*)"/.exec(text)?.[1] ?? ''
    return new URL(value.replaceAll('&amp;', '&'))
  }

  /** What the audit has of her, of this practice. */
  const recorded = async () =>
    (
      await world.database.pool.query<{ action: string }>(
        `SELECT action FROM audit_event WHERE actor = 'administrator' AND tenant_id = $1 ORDER BY action`,
        [therapist.practice.tenantId],
      )
    ).rows.map(({ action }) => action)

  it('OA-41 comes back in a browser of her own; the tenant that is named there has no effect', async () => {
    const account = newAccount(world)
    const callback = await world.microsoft.decideAsAdmin((await link()).href, account, 'approve')
    const rows = await calendarRows(world)
    const forged = withParameter(callback, 'tenant', randomUUID())
    const page = await app.browser().get(forged)
    expect(page.status).toBe(200)
    expect(page.headers.getSetCookie()).toEqual([])
    expect(outcomeOf((await therapist.back(forged)).location)).toBe('approved')
    expect(await calendarRows(world)).toBe(rows)
    expect(await connect(account)).toBe('connected')
  })

  it('OA-41 who approves a week later, or twice, reads what is true: the approval holds', async () => {
    const account = newAccount(world, { userConsent: 'off', address: 'ada@of-its-own.example' })
    const url = (await link()).href
    const callback = await world.microsoft.decideAsAdmin(url, account, 'approve')
    for (const _ of ['once', 'twice']) {
      const { status, text } = await app.browser().get(callback)
      expect([status, text.includes('they can connect their calendar now')]).toEqual([200, true])
    }
    const refusal = `${callback}&error=access_denied`
    for (const answer of [callback, refusal, refusal]) await app.browser().get(answer)
    expect(await recorded()).toEqual(['admin_consent_approved', 'admin_consent_refused'])
    await app.browser().get(await world.microsoft.decideAsAdmin((await link()).href, account, 'approve'))
    expect(await recorded()).toEqual(['admin_consent_approved', 'admin_consent_approved', 'admin_consent_refused'])
    world.clock.advance(7 * 86_400_000 + 1000)
    const { status, text } = await app.browser().get(callback)
    expect([status, text.includes('that holds')]).toEqual([400, true])
    expect(await recorded()).toHaveLength(3)
    therapist = await app.signIn(therapist.practice)
    expect(await connect(account)).toBe('connected')
  })

  it('OA-41 who approves for another organisation opens nothing, and no page says that it did', async () => {
    const account = newAccount(world, { userConsent: 'off', address: 'ada@hers.example' })
    const other = newAccount(world, { address: 'bo@another.example' })
    const callback = await world.microsoft.decideAsAdmin((await link()).href, other, 'approve')
    const { text } = await app.browser().get(callback)
    expect(text).toContain('If you approved for the organisation of')
    const landed = await therapist.back((await therapist.back(callback)).location ?? '')
    expect(landed.text).toContain('has not reached your organisation yet, or was for another one')
    const url = (await therapist.leave()).href
    const back = await world.microsoft.signIn(url, account, 'return')
    expect(outcomeOf((await therapist.back(back)).location)).toBe('declined_or_admin')
  })

  it('OA-41 her error decides, although admin_consent=True comes with it', async () => {
    const callback = await world.microsoft.decideAsAdmin((await link()).href, newAccount(world), 'deny')
    expect(new URL(callback).searchParams.get('admin_consent')).toBe('True')
    expect(outcomeOf((await therapist.back(callback)).location)).toBe('refused')
  })

  it('OA-41 a state that we did not make, or not for this, opens nothing', async () => {
    const callback = await world.microsoft.decideAsAdmin((await link()).href, newAccount(world), 'approve')
    const state = stateOf(callback)
    const [tenantId = '', ...rest] = state.split('.')
    const connectState = (await therapist.leave()).searchParams.get('state') ?? ''
    for (const wrong of [connectState, `${state}x`, [randomUUID(), ...rest].join('.'), tenantId]) {
      expect((await app.browser().get(withParameter(callback, 'state', wrong))).status).toBe(400)
    }
    const asGoogle = new URL(callback)
    asGoogle.pathname = '/settings/calendar/callback/google-admin'
    expect((await app.browser().get(asGoogle.href)).status).toBe(400)
    const asConnect = new URL(callback)
    asConnect.pathname = '/settings/calendar/callback/microsoft'
    expect((await therapist.back(`${asConnect.href}&code=x`)).status).toBe(400)
    world.clock.advance(8 * 86_400_000)
    expect((await app.browser().get(callback)).status).toBe(400)
  })
})
