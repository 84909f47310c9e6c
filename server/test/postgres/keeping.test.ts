import { createHash, randomUUID } from 'node:crypto'
import type { SessionData } from 'express-session'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuditStore } from '../../src/adapters/postgres/accounts/audit-log.ts'
import { createUserStore } from '../../src/adapters/postgres/accounts/user-store.ts'
import { createSessionStore } from '../../src/adapters/postgres/accounts/web-session-store.ts'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { createAuthorizationRequestStore } from '../../src/adapters/postgres/connections/authorization-request-store.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { createTokenVault } from '../../src/adapters/postgres/connections/token-vault.ts'
import { createRetention } from '../../src/adapters/postgres/retention.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createPractice } from '../support/practice.ts'
import { auditOf, minutesAfter, NOW, newBooking, newConnection } from '../support/rows.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await openTestDatabase()
})
afterAll(() => test.drop())

/** Every row of every table, the job queue's included, as text. */
async function dump(): Promise<string> {
  const { rows: tables } = await test.pool.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'graphile_worker')`,
  )
  const parts: string[] = []
  for (const { name } of tables) {
    const { rows } = await test.pool.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)
    parts.push(...rows.map(({ row }) => `${name} ${row}`))
  }
  return parts.join('\n')
}

const spellings = (secret: string): string[] => {
  const bytes = Buffer.from(secret)
  return [
    secret,
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
  ]
}

describe('a dump of the database', () => {
  it('TS-10 holds no token material, verifier, calendar name or session id, however spelled', async () => {
    const practice = await createPractice(test.database)
    const { tenantId, userId } = practice
    const secrets = [
      'canary-refresh',
      'canary-access',
      'canary-renewed',
      'canary-verifier',
      'Canary calendar',
      'canary-session',
    ]
    const tokenCache = (token: string) => JSON.stringify({ RefreshToken: { secret: token }, IdToken: 'eyJhbGciOiJ' })
    const connections = createConnectionStore(test.database)
    const connection = (token: string) =>
      newConnection(practice, {
        grant: { tokenCache: tokenCache(token) },
        calendars: [{ id: 'c', name: 'Canary calendar', isDefault: true }],
      })
    const { connectionId } = await connections.store(connection('canary-refresh'))
    await connections.store(connection('canary-renewed'))
    const vault = createTokenVault(test, systemClock)
    const lease = await vault.lease({ tenantId, connectionId }, 1000)
    const renewed = { tokenCache: tokenCache('canary-access'), accessExpiresAt: undefined, scopes: [] }
    expect(await vault.commit({ tenantId, connectionId }, lease ?? '', 2, renewed)).toBe(3)
    await createAuthorizationRequestStore(test.database).start({
      ...{ id: randomUUID(), tenantId, userId, provider: 'MICROSOFT', nonce: 'n', access: 'bookings' },
      ...{ codeVerifier: 'canary-verifier', sessionHash: 's', stateHash: 'st' },
      ...{ now: NOW, expiresAt: NOW },
    })
    await createBookingStore(test.database).insert(newBooking(practice), NOW, () => true)
    await new Promise((resolve) => createSessionStore(test.pool).set('canary-session', session(), resolve))

    const text = await dump()
    expect(text).toContain('public.calendar_connection')
    expect(text).toContain('graphile_worker._private_jobs')
    for (const pattern of [
      'eyJ',
      'RefreshToken',
      'refresh_token',
      '"secret"',
      'Bearer ',
      'BEGIN',
      ...secrets.flatMap(spellings),
    ])
      expect(text, pattern).not.toContain(pattern)
  })
})

const session = (): SessionData =>
  ({ cookie: { originalMaxAge: 60_000, expires: minutesAfter(new Date(), 10) } }) as SessionData

describe('sessions', () => {
  it('WS-03 web sessions are found by their id and stored under its SHA-256', async () => {
    const store = createSessionStore(test.pool)
    const call = <T>(work: (done: (error: unknown, value?: T) => void) => void) =>
      new Promise<T | undefined>((resolve, reject) => work((error, value) => (error ? reject(error) : resolve(value))))
    const sid = randomUUID()
    const read = () => call<SessionData | null>((done) => store.get(sid, done))
    await call((done) => store.set(sid, { ...session(), isNew: true }, done))
    expect(await read()).toMatchObject({ cookie: { originalMaxAge: 60_000 } })
    const { rows } = await test.pool.query('SELECT sid FROM session WHERE sid = $1 OR sid = $2', [
      sid,
      createHash('sha256').update(sid).digest('hex'),
    ])
    expect(rows).toEqual([{ sid: createHash('sha256').update(sid).digest('hex') }])
    // With it express-session would move a row's end at each request.
    expect(store.touch).toBeUndefined()
    await call((done) => store.destroy(sid, done))
    expect(await read()).toBeUndefined()
  })
})

describe('the audit log', () => {
  it('PR-15 is append-only, also for whoever writes SQL', async () => {
    const { tenantId } = await createPractice(test.database)
    await createAuditStore(test.database).append({
      tenantId,
      actor: 'operator',
      action: 'tested',
      requestId: 'r',
      detail: { count: 2 },
    })
    for (const sql of ['UPDATE audit_event SET actor = $1', 'DELETE FROM audit_event WHERE actor <> $1'])
      await expect(test.pool.query(sql, ['x'])).rejects.toThrow('audit_event is append-only')
    await expect(test.pool.query('TRUNCATE audit_event')).rejects.toThrow('audit_event is append-only')
    expect(await auditOf(test.pool, tenantId)).toEqual(['tested operator'])
  })
})

describe('users', () => {
  it('users are found however their address is spelled, unless they or their tenant are disabled', async () => {
    const users = createUserStore(test.database)
    const { tenantId, userId } = await createPractice(test.database)
    const email = (await users.byId(userId))?.email ?? ''
    expect(await users.byEmail(email.toUpperCase())).toMatchObject({ id: userId, owner: true })
    await test.database.tenant.update({ where: { id: tenantId }, data: { suspendedAt: NOW } })
    expect(await users.byEmail(email)).toBeUndefined()
    expect(await users.byId(userId)).toBeUndefined()
    expect(await users.byId('not an id')).toBeUndefined()
  })
})

describe('retention', () => {
  it('PR-16 TS-24 removes what is kept no longer, and nothing else', async () => {
    const now = new Date()
    const practice = await createPractice(test.database)
    const { tenantId, userId } = practice
    const connections = createConnectionStore(test.database)
    const requests = createAuthorizationRequestStore(test.database)
    const hours = (count: number) => minutesAfter(now, count * 60)
    await connections.store(newConnection(practice, { now: hours(-30) }))
    const waiting = newConnection(practice, { grant: { accountKey: 'other' }, now: hours(-2) })
    const { connectionId } = await connections.store(waiting)
    for (const startedAt of [hours(-25), hours(-23)])
      await requests.start({
        ...{ id: randomUUID(), tenantId, userId, provider: 'MICROSOFT', nonce: 'n', access: 'bookings' },
        ...{ codeVerifier: 'v', sessionHash: 's', stateHash: randomUUID() },
        ...{ now: startedAt, expiresAt: startedAt },
      })
    await test.pool.query(`INSERT INTO session VALUES ('old', '{}', $1::timestamptz), ('new', '{}', $2::timestamptz)`, [
      hours(-1),
      hours(1),
    ])
    await test.pool.query(`INSERT INTO rate_limit VALUES ('old', 1, $1), ('new', 1, $2), ('ever', 1, NULL)`, [
      hours(-1).getTime(),
      hours(1).getTime(),
    ])
    await test.pool.query(
      `INSERT INTO audit_event (tenant_id, actor, action, at) VALUES ($1, 'job', 'old', now() - interval '7 years')`,
      [tenantId],
    )
    await test.pool.query(
      `INSERT INTO mailbox_hold VALUES ('GOOGLE', 'old', now() - interval '1 s'), ('GOOGLE', 'new', now() + interval '1 h')`,
    )
    const purged = await createRetention(test.database).purge(now)
    expect(purged).toMatchObject({
      authorizationRequests: 1,
      webSessions: 1,
      pendingConnections: 1,
      rateLimits: 1,
      auditEvents: 1,
      pauses: 1,
    })
    const { rows } = await test.pool.query(
      `SELECT (SELECT count(*) FROM oauth_attempt WHERE tenant_id = $1)::int AS requests,
         (SELECT string_agg(sid, ',') FROM session WHERE sid IN ('old', 'new')) AS sessions,
         (SELECT string_agg(key, ',' ORDER BY key) FROM rate_limit) AS limits,
         (SELECT string_agg(account_key, ',') FROM mailbox_hold) AS pauses,
         (SELECT count(*) FROM connected_calendar WHERE connection_id = $2)::int AS calendars`,
      [tenantId, connectionId],
    )
    expect(rows).toEqual([{ requests: 1, sessions: 'new', limits: 'ever,new', pauses: 'new', calendars: 0 }])
    expect(await connections.active(tenantId)).toBeDefined()
    expect((await auditOf(test.pool, tenantId)).at(-1)).toBe('calendar_disconnected job')
  })
})
