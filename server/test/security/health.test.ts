import { beforeEach, expect, it } from 'vitest'
import { auditOf } from '../support/rows.ts'
import type { Therapist } from '../support/therapist.ts'
import { until } from '../support/until.ts'
import { connections, newAccount, outcomeOf, runJob, slots, startApp, tokenRequests } from './support.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const { world, app } = await startApp()
let therapist: Therapist

beforeEach(async () => {
  therapist = await app.signIn(await world.practice())
})

const audited = async (action: string) =>
  (await auditOf(world.database.pool, therapist.practice.tenantId)).filter((line) => line.startsWith(`${action} `))
const status = async () => (await slots(world, app, therapist.practice)).status
const stored = () => connections(world, therapist.practice.tenantId)
const signInAgain = async () => {
  therapist = await app.signIn(therapist.practice)
}

async function connected() {
  const account = newAccount(world)
  expect(outcomeOf(await therapist.connectMicrosoft(world.microsoft, account))).toBe('connected')
  expect(await status()).toBe(200)
  return account
}

it('F-47 invalid_grant: needs reconnecting at once, without another try, with a banner; reconnecting mends it', async () => {
  const account = await connected()
  world.microsoft.revoke(account)
  world.clock.advance(2 * HOUR)
  const before = tokenRequests(world)
  for (let turn = 0; turn < 3; turn++) expect(await status()).toBe(503)
  await runJob(world, 'maintain_connections')
  world.clock.advance(2 * HOUR)
  expect(await status()).toBe(503)
  expect(tokenRequests(world)).toBe(before + 1)
  expect(await audited('calendar_access_lost')).toHaveLength(1)

  await signInAgain()
  expect((await therapist.browser.get('/appointments')).text).toContain('has not let us in')
  expect((await therapist.settings()).text).toContain('Needs reconnecting')
  expect(outcomeOf(await therapist.connectMicrosoft(world.microsoft, account))).toBe('reconnected')
  expect(await status()).toBe(200)
  expect((await therapist.browser.get('/appointments')).text).not.toContain('has not let us in')
})

it('F-48 an expired client secret is our alarm: one error line, nobody has to reconnect, and it passes by itself', async () => {
  await connected()
  world.clock.advance(2 * HOUR)
  world.microsoft.setClientSecretExpired(true)
  const before = world.logs.written('microsoft_client_rejected').length
  expect(await status()).toBe(503)
  const alarms = world.logs.written('microsoft_client_rejected').slice(before)
  expect(alarms).toMatchObject([{ level: 'error', code: 'invalid_client.7000222' }])
  await signInAgain()
  const { text } = await therapist.settings()
  expect(text).toContain('Broken on our side')
  expect(text).not.toContain('Needs reconnecting')
  expect(await audited('calendar_access_lost')).toEqual([])
  world.microsoft.setClientSecretExpired(false)
  expect(await status()).toBe(200)
  expect((await therapist.settings()).text).not.toContain('Broken on our side')
})

it('an approval that is withdrawn needs an administrator; once it is back the next check finds out', async () => {
  const account = await connected()
  const scopes = [...account.consents]
  world.microsoft.withdrawConsent(account)
  world.clock.advance(2 * HOUR)
  expect(await status()).toBe(503)
  await signInAgain()
  expect((await therapist.settings()).text).toContain('Needs an administrator')
  for (const scope of scopes) account.consents.add(scope)
  world.clock.advance(HOUR)
  await runJob(world, 'maintain_connections')
  expect(await status()).toBe(200)
})

it('an outage is only an outage: checking fails, and is well again with the next read', async () => {
  await connected()
  world.microsoft.faults.failNext(/GET .*calendarView/, { status: 503, retryAfter: '0' }, { times: 30 })
  expect(await status()).toBe(503)
  expect((await therapist.settings()).text).toContain('Not answering')
  world.microsoft.faults.clear()
  world.clock.advance(60_000)
  expect(await status()).toBe(200)
  expect((await therapist.settings()).text).not.toContain('Not answering')
})

it('CL-06 each call to Graph carries an id that its line in the log has too', async () => {
  const [lines, calls] = [world.logs.written('graph_call').length, world.microsoft.journal.of('graph').length]
  await connected()
  const sent = world.microsoft.journal.of('graph').slice(calls)
  const ids = sent.map(({ requestHeaders }) => requestHeaders['client-request-id'])
  expect(ids.length).toBeGreaterThan(1)
  const said = world.logs.written('graph_call').slice(lines)
  expect(said.map(({ clientRequestId }) => clientRequestId)).toEqual(ids)
  for (const line of said)
    expect(Object.keys(line)).toEqual(expect.arrayContaining(['providerRequestId', 'status', 'attempt']))
  // A request's own line comes after its answer.
  const requests = () => new Set(world.logs.written('request').map(({ requestId }) => requestId))
  await until(() => said.every(({ requestId }) => requests().has(requestId)))
})

it('F-53 a quiet connection is refreshed before ninety days have passed', async () => {
  await connected()
  const version = (await stored())[0]?.token_version
  for (let turn = 0; turn < 3; turn++) {
    world.clock.advance(40 * DAY)
    await runJob(world, 'maintain_connections')
  }
  expect((await stored())[0]?.token_version).toBeGreaterThanOrEqual((version ?? 0) + 3)
  expect(await status()).toBe(200)
})

it('TS-17 TS-07 tokens that were tampered with end one connection only, as a security event, without any call', async () => {
  await connected()
  const other = await app.signIn(await world.practice())
  expect(outcomeOf(await other.connectMicrosoft(world.microsoft, newAccount(world)))).toBe('connected')
  world.clock.advance(2 * HOUR)
  await world.database.pool.query(
    `UPDATE calendar_connection SET token_version = token_version + 1,
       token_cache = (SELECT token_cache FROM calendar_connection WHERE tenant_id = $2)
     WHERE tenant_id = $1`,
    [therapist.practice.tenantId, other.practice.tenantId],
  )
  const lines = world.logs.of('tokens_unreadable').length
  const calls = [tokenRequests(world), world.microsoft.journal.of('graph').length]
  expect(await status()).toBe(503)
  expect(await status()).toBe(503)
  expect([tokenRequests(world), world.microsoft.journal.of('graph').length]).toEqual(calls)
  expect(world.logs.of('tokens_unreadable')).toHaveLength(lines + 1)
  expect(await audited('calendar_access_lost')).toHaveLength(1)
  expect((await slots(world, app, other.practice)).status).toBe(200)
  await signInAgain()
  expect((await therapist.settings()).text).toContain('Needs reconnecting')
})

it("TS-08 yesterday's tokens of the same connection do not decrypt", async () => {
  await connected()
  const row = (): Promise<{ token_cache: string }> =>
    world.database.pool
      .query('SELECT token_cache FROM calendar_connection WHERE tenant_id = $1', [therapist.practice.tenantId])
      .then(({ rows }) => rows[0])
  const { token_cache: yesterday } = await row()
  world.clock.advance(2 * HOUR)
  expect(await status()).toBe(200)
  expect((await row()).token_cache).not.toBe(yesterday)
  await world.database.pool.query('UPDATE calendar_connection SET token_cache = $2 WHERE tenant_id = $1', [
    therapist.practice.tenantId,
    yesterday,
  ])
  world.clock.advance(2 * HOUR)
  const calls = tokenRequests(world)
  expect(await status()).toBe(503)
  expect(tokenRequests(world)).toBe(calls)
})
