import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { THROTTLINGS, type Throttling } from '../../dev/google-emulator/index.ts'
import type { Account } from '../../dev/microsoft-emulator/index.ts'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { parseConfig } from '../../src/config.ts'
import { calendarProviders, compose, type Swap } from '../../src/di.ts'
import type { EmulatedWorld } from '../support/emulated-world.ts'
import { bookingsOf, makeDue } from '../support/evidence.ts'
import type { Practice } from '../support/practice.ts'
import { type Process, serve } from '../support/process.ts'
import { signIn } from '../support/therapist.ts'
import { startWorld } from '../support/world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const ALWAYS = Number.POSITIVE_INFINITY
type Kind = 'insert' | 'remove'

/** An application without a worker: a test runs its jobs when it wants to. */
let world: EmulatedWorld
let app: Process
let practice: Practice
let account: Account
let ahead = 0
beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated' })
  const stores = openDatabase(world.database.url, world.database.ring, { log: world.logs })
  const { clock, logs } = world
  const worker = { running: () => true }
  const config = parseConfig(world.env)
  // The pauses between attempts take no time, as the hours between tries.
  const providers: Swap['providers'] = (parts) => calendarProviders(config, { ...parts, sleep: clock.sleep })
  const { app: handler, jobs } = compose(config, { ...stores, worker }, { clock, log: logs, providers })
  app = await serve(createServer(handler), jobs, stores)
})
afterAll(async () => {
  await app.close()
  await world.close()
})
beforeEach(async () => {
  practice = await world.practice()
  account = world.microsoft.addAccount({ kind: 'work', address: `${randomUUID()}@praxis.example` })
})
afterEach(async () => {
  world.google.recover()
  world.microsoft.faults.clear()
  world.google.journal.length = 0
  world.microsoft.journal.clear()
  await world.database.pool.query('DELETE FROM graphile_worker._private_jobs')
  await world.database.pool.query('DELETE FROM rate_limit')
  pass(-ahead)
})

const pass = (milliseconds: number): void => {
  world.clock.advance(milliseconds)
  ahead += milliseconds
}
const rows = () => bookingsOf(world.database, practice)
const slots = () => {
  const day = (after: number) => new Date(world.clock.now().getTime() + after * DAY).toISOString().slice(0, 10)
  return app.request(`/api/v1/tenants/${practice.slug}/slots?service=${practice.serviceId}&from=${day(2)}&to=${day(9)}`)
}
const book = async (): Promise<string> => {
  const { start } = (await slots()).body.slots?.[0 as never] ?? { start: '' }
  const answer = await app.book({ ...practice, userId: '' }, { start })
  expect(answer.status).toBe(201)
  return String(answer.body.id)
}
/** When the job that was put off is due, in milliseconds from now. */
const nextWait = async (): Promise<number> => {
  const { rows: found } = await world.database.pool.query<{ wait: number }>(
    `SELECT extract(epoch FROM run_at - clock_timestamp())::float8 * 1000 AS wait FROM graphile_worker.jobs`,
  )
  expect(found).toHaveLength(1)
  return found[0]?.wait ?? 0
}
/** Works for an hour by the waits of the job, looking at the page after each try; how each page was answered. */
const anHour = async (): Promise<number[]> => {
  const pages: number[] = []
  for (let elapsed = 0; elapsed < HOUR && pages.length < 60; ) {
    await app.work()
    pages.push((await slots()).status)
    const wait = await nextWait()
    elapsed += wait
    pass(wait)
    await makeDue(world.database)
  }
  return pages
}

interface Provider {
  connect(): Promise<string>
  refuse(kind: Kind): void
  recover(): void
  /** Writes or removals that were refused. */
  refused(kind: Kind): number
}

const google = (how: Throttling): Provider => ({
  connect: async () => (await signIn(app.origin, practice)).connectGoogle(world.google),
  refuse: (kind) => {
    const route =
      kind === 'insert' ? 'POST /calendar/v3/calendars/*/events' : 'DELETE /calendar/v3/calendars/*/events/*'
    void world.google.failNext(route, { throttled: how, times: ALWAYS })
  },
  recover: () => world.google.recover(),
  refused: (kind) =>
    world.google.journal.filter(
      ({ method, path, status }) =>
        method === (kind === 'insert' ? 'POST' : 'DELETE') &&
        path.includes('/events') &&
        (status === 403 || status === 429),
    ).length,
})

const ROUTES = { insert: /^POST \/v1\.0\/.*events$/, remove: /^DELETE \/v1\.0\/.*events\// }
const microsoft: Provider = {
  connect: async () => (await signIn(app.origin, practice)).connectMicrosoft(world.microsoft, account),
  refuse: (kind) => void world.microsoft.faults.failNext(ROUTES[kind], { status: 429 }, { times: ALWAYS }),
  recover: () => world.microsoft.faults.clear(),
  refused: (kind) => world.microsoft.journal.matching(ROUTES[kind]).filter(({ status }) => status === 429).length,
}

// Three calls at most each time; a quota that is used up is asked for once each time, and rarely.
const CASES: readonly (readonly [string, Provider, number])[] = [
  ...THROTTLINGS.map((how) => [`Google, ${how}`, google(how), /quota|calendarLimits/.test(how) ? 5 : 21] as const),
  ['Microsoft, 429 without Retry-After', microsoft, 21],
]

describe.each(CASES)('INV-11 F-15 %s', (_name, provider, most) => {
  beforeEach(async () => {
    expect(await provider.connect()).toMatch(/connected/)
  })

  it('a throttled write: every page of times is answered, tries grow rare, the event is written when it may be', async () => {
    await book()
    provider.refuse('insert')
    const pages = await anHour()
    expect(new Set(pages)).toEqual(new Set([200]))
    expect(provider.refused('insert')).toBeGreaterThanOrEqual(pages.length)
    expect(provider.refused('insert')).toBeLessThanOrEqual(most)
    expect(await rows()).toMatchObject([{ status: 'CONFIRMED', event_status: 'PENDING', event_failure: 'throttled' }])
    provider.recover()
    await app.work()
    expect(await rows()).toMatchObject([{ event_status: 'WRITTEN' }])
  })

  it('a throttled removal: every page of times is answered, tries grow rare, the event goes when it may', async () => {
    const id = await book()
    await app.work()
    provider.refuse('remove')
    await createBookingStore(world.database.database).cancel(practice.tenantId, id, world.clock.now())
    const pages = await anHour()
    expect(new Set(pages)).toEqual(new Set([200]))
    expect(provider.refused('remove')).toBeGreaterThanOrEqual(pages.length)
    expect(provider.refused('remove')).toBeLessThanOrEqual(most)
    expect(await rows()).toMatchObject([{ status: 'CANCELLED', event_status: 'REMOVING' }])
    provider.recover()
    await app.work()
    expect(await rows()).toMatchObject([{ event_status: 'REMOVED' }])
  })
})
