import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Account } from '../../dev/microsoft-emulator/index.ts'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { bookingsOf, makeDue, passHolds } from '../support/evidence.ts'
import type { Practice } from '../support/practice.ts'
import type { Therapist } from '../support/therapist.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

const POST_EVENT = /^POST \/v1\.0\/.*events$/
const READ = /^(POST \/v1\.0\/\$batch|GET \/v1\.0\/.*calendarView)/i
const TOKEN = 'POST /**/token'
const DAY = 86_400_000

let world: EmulatedWorld
let app: Instance
let practice: Practice
let account: Account
let therapist: Therapist
let ahead = 0
beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated' })
  app = await world.start()
})
afterAll(() => world.close())
const newTherapist = async () => {
  practice = await world.practice()
  account = world.microsoft.addAccount({ kind: 'work', address: `${randomUUID()}@praxis.example` })
  therapist = await app.signIn(practice)
}
beforeEach(newTherapist)
afterEach(() => {
  world.microsoft.faults.clear()
  world.microsoft.setClientSecretExpired(false)
  world.microsoft.journal.clear()
  // MSAL counts a token's life by the real clock: accounts are connected at the real time.
  advance(-ahead)
})

const advance = (milliseconds: number): void => {
  world.clock.advance(milliseconds)
  ahead += milliseconds
}

const connect = async (access = 'bookings') => {
  const landed = await therapist.connectMicrosoft(world.microsoft, account, access)
  expect(landed).toMatch(/connected/)
}
const rows = () => bookingsOf(world.database, practice)
const get = async (path: string) => {
  const answer = await fetch(`${app.origin}/api/v1/tenants/${practice.slug}${path}`)
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as { slots?: { start: string }[] },
  }
}
const week = () => {
  const day = (after: number) => new Date(world.clock.now().getTime() + after * DAY).toISOString().slice(0, 10)
  return get(`/slots?service=${practice.serviceId}&from=${day(2)}&to=${day(9)}`)
}
const free = async () => (await week()).body.slots?.map(({ start }) => start) ?? []
const book = async (start: string) => {
  const answer = await app
    .browser()
    .json(
      `/api/v1/tenants/${practice.slug}/bookings`,
      { service: practice.serviceId, start, client: { name: 'A client', email: 'mo@client.example' } },
      { 'idempotency-key': randomUUID() },
    )
  return answer.status
}
const ofMailbox = () => world.microsoft.journal.of('graph').filter((entry) => entry.account === account.address)
const failureOf = async () =>
  (
    await world.database.pool.query('SELECT status, failure_reason FROM calendar_connection WHERE tenant_id = $1', [
      practice.tenantId,
    ])
  ).rows[0]
/** The access token is over: the next call needs the token endpoint. */
const tokensAge = () => {
  advance(2 * 3_600_000)
  world.microsoft.expireAccessTokens()
}

describe('INV-11 F-14 Outlook asks for patience', () => {
  it('on a write: the booking is confirmed, the mailbox is left alone for thirty seconds, then it is written', async () => {
    await connect()
    const [start = ''] = await free()
    world.microsoft.faults.failNext(POST_EVENT, { status: 429, retryAfter: '30' })
    expect(await book(start)).toBe(201)
    await until(() => world.microsoft.journal.matching(POST_EVENT)[0]?.status === 429)
    const waits = () =>
      world.database.pool.query<{ wait: number }>(
        `SELECT extract(epoch FROM run_at - clock_timestamp())::float8 AS wait FROM graphile_worker.jobs
         WHERE task_identifier = 'reconcile_event' AND locked_at IS NULL AND run_at > now()`,
      )
    const wait = await until(async () => (await waits()).rows[0]?.wait)
    expect(wait).toBeGreaterThan(20)
    expect(await rows()).toMatchObject([{ status: 'CONFIRMED', event_status: 'PENDING' }])

    // Another reason to call the mailbox meets the same pause.
    const before = ofMailbox().length
    const pages = await week()
    expect(pages.status).toBe(503)
    expect(Number(pages.headers.get('retry-after'))).toBeGreaterThan(20)
    expect(ofMailbox()).toHaveLength(before)

    advance(31_000)
    await passHolds(world.database, 31_000)
    await makeDue(world.database)
    await until(async () => (await rows())[0]?.event_status === 'WRITTEN')
    expect(ofMailbox().filter(({ early }) => early)).toEqual([])
    expect(world.microsoft.events(account)).toHaveLength(1)
  })
})

describe('F-36 T-43 the therapist’s policy', () => {
  it('decides whether tentative hours and hours of working elsewhere are offered', async () => {
    await connect()
    const [tentative = '', elsewhere = ''] = (await free()).filter((_, index) => index % 4 === 0)
    const event = (start: string, showAs: 'tentative' | 'workingElsewhere') =>
      world.microsoft.addEvent(account, {
        start,
        end: new Date(Date.parse(start) + 3_000_000).toISOString(),
        timeZone: 'UTC',
        showAs,
      })
    event(tentative, 'tentative')
    event(elsewhere, 'workingElsewhere')
    const offered = async () => {
      const slots = await free()
      return [slots.includes(tentative), slots.includes(elsewhere)]
    }
    expect(await offered()).toEqual([false, true])
    const [, calendar = ''] = /name="calendar" value="([^"]+)"/.exec((await therapist.settings()).text) ?? []
    const saved = await therapist.press('calendars', { calendar, tentative: 'free', 'working-elsewhere': 'busy' })
    expect(saved.location).toContain('outcome=saved')
    expect(await offered()).toEqual([true, false])
    expect(await book(elsewhere)).toBe(409)
    expect(await book(tentative)).toBe(201)
  })
})

describe('PR-03 a connection that may only read', () => {
  it('reads whole, asks for no right to write, writes nothing, and the page says so', async () => {
    await connect('availability')
    const page = await therapist.settings()
    expect(page.text).toContain('Connected, reading only')
    expect(page.text).toContain('We read start, end and busy or free, and write nothing.')
    const [start = ''] = await free()
    expect(await book(start)).toBe(201)
    await world.database.pool.query(`SELECT graphile_worker.add_job('requeue_outbox', job_key => 'now')`)
    await until(async () => (await world.database.pool.query('SELECT 1 FROM graphile_worker.jobs')).rowCount === 0)
    expect(ofMailbox().filter(({ path }) => path.endsWith('events'))).toEqual([])
    expect(world.microsoft.events(account)).toEqual([])
    expect(await rows()).toMatchObject([{ calendar_check: 'FRESH', event_status: 'NOT_WANTED' }])
    const asked = world.microsoft.journal
      .of('authorize')
      .map(({ path }) => decodeURIComponent(path))
      .join()
    expect(asked).not.toContain('ReadWrite')
  })
})

describe('Entra in trouble while a client books', () => {
  let start: string
  beforeEach(async () => {
    await connect()
    start = (await free())[0] ?? ''
    tokensAge()
  })

  it.each([
    ['F-46 answers 429', { status: 429, retryAfter: '1' }],
    ['F-46 answers 503', { status: 503 }],
    ['F-45 hangs', { kind: 'hang' }],
    ['F-35 resets', { kind: 'reset' }],
  ] as const)('%s: nothing is promised, and the connection is not lost', async (_what, fault) => {
    world.microsoft.faults.failNext(TOKEN, fault, { times: Number.POSITIVE_INFINITY })
    expect(await book(start)).toBe(503)
    expect(await rows()).toEqual([])
    expect(await failureOf()).not.toMatchObject({ failure_reason: 'reconnect' })
    world.microsoft.faults.clear()
    advance(61_000)
    // A refresh that hangs holds its lease until its own deadline.
    await until(async () => (await book(start)) === 201)
  })

  it('F-47 says invalid_grant: nothing is promised, the therapist must reconnect, and nobody asks again', async () => {
    world.microsoft.revoke(account)
    expect(await book(start)).toBe(503)
    expect(await failureOf()).toEqual({ status: 'ACTIVE', failure_reason: 'reconnect' })
    const calls = world.microsoft.journal.of('token').length
    expect((await week()).status).toBe(503)
    expect(world.microsoft.journal.of('token')).toHaveLength(calls)
    advance(-ahead)
    therapist = await app.signIn(practice)
    await connect()
    expect(await book(start)).toBe(201)
  })

  it('F-49 refuses our own secret: every therapist is spared, the fault is ours', async () => {
    world.microsoft.setClientSecretExpired(true)
    expect(await book(start)).toBe(503)
    expect(await failureOf()).toEqual({ status: 'ACTIVE', failure_reason: 'misconfigured' })
    world.microsoft.setClientSecretExpired(false)
    advance(61_000)
    expect(await book(start)).toBe(201)
  })

  it('F-52 TS-17 a sealed cache that cannot be opened hurts its own connection only', async () => {
    await world.database.pool.query(
      `UPDATE calendar_connection SET token_cache = left(token_cache, -4) || 'AAAA' WHERE tenant_id = $1`,
      [practice.tenantId],
    )
    expect(await book(start)).toBe(503)
    expect(await rows()).toEqual([])
    advance(-ahead)
    await newTherapist()
    await connect()
    expect(await book(start)).toBe(201)
  })

  it('F-29 a page of the calendar fails: the read is unknown, not what came before it', async () => {
    world.microsoft.faults.failNext(READ, { kind: 'truncated' }, { times: Number.POSITIVE_INFINITY })
    expect(await book(start)).toBe(503)
    expect(await rows()).toEqual([])
  })
})

describe('INV-3 what decorates an event never decides whether it is written', () => {
  it('an online session is in her calendar, in her zone, though nobody can say which video service she has', async () => {
    await connect()
    await world.database.pool.query('UPDATE service SET online = true WHERE tenant_id = $1', [practice.tenantId])
    const failing = { times: Number.POSITIVE_INFINITY }
    world.microsoft.faults.failNext(/^GET \/v1\.0\/me\/calendar\?/, { status: 500 }, failing)
    const [start = ''] = await free()
    expect(await book(start)).toBe(201)
    await until(async () => (await rows())[0]?.event_status === 'WRITTEN')
    expect(world.microsoft.events(account)).toMatchObject([{ iana: 'Europe/Berlin' }])
  })
})
