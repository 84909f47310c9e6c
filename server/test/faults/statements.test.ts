import { createServer } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Browser } from '../../dev/browser.ts'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { parseConfig } from '../../src/config.ts'
import { compose } from '../../src/di.ts'
import type { EmulatedWorld } from '../support/emulated-world.ts'
import type { Practice } from '../support/practice.ts'
import { type Process, serve } from '../support/process.ts'
import { statementsOf } from '../support/statements.ts'
import { signIn, type Therapist } from '../support/therapist.ts'
import { startWorld } from '../support/world.ts'

const HOUR = 3_600_000

let world: EmulatedWorld
let app: Process
let practice: Practice
let therapist: Therapist
let sent: string[]
beforeAll(async () => {
  world = await startWorld({
    calendars: 'emulated',
    env: { CALENDAR_FRESH_SECONDS: '3600', CALENDAR_MAX_AGE_SECONDS: '3600' },
  })
  const stores = openDatabase(world.database.url, world.database.ring, { log: world.logs })
  sent = statementsOf(stores.pool)
  const { clock, logs } = world
  // A worker would send statements of its own.
  const opened = { ...stores, worker: { running: () => true } }
  const { app: handler, jobs } = compose(parseConfig(world.env), opened, { clock, log: logs })
  app = await serve(createServer(handler), jobs, stores)
  practice = await world.practice()
  const account = world.microsoft.addAccount({ kind: 'work', address: 'ada@praxis.example' })
  therapist = await signIn(app.origin, practice)
  expect(await therapist.connectMicrosoft(world.microsoft, account)).toContain('connected')
})
afterAll(async () => {
  await app.close()
  await world.close()
})

const day = (after: number) => new Date(world.clock.now().getTime() + after * 24 * HOUR).toISOString().slice(0, 10)
const slotsPath = () =>
  `/api/v1/tenants/${practice.slug}/slots?service=${practice.serviceId}&from=${day(2)}&to=${day(9)}`
const firstFree = async (): Promise<string> => {
  const { body } = await app.request(slotsPath())
  return (body.slots as { start: string }[])[0]?.start ?? ''
}
/** What was sent during some work, each by its first words. */
async function during(work: () => Promise<unknown>): Promise<string[]> {
  sent.length = 0
  await work()
  return [...sent]
}

describe('statements until the answer', () => {
  let start: string
  beforeEach(async () => {
    start = await firstFree()
  })

  it.each([
    ['slots', slotsPath],
    ['the page of fourteen days', () => `/book/${practice.slug}`],
    ['the page of a day', () => `/book/${practice.slug}?day=${start.slice(0, 10)}`],
    ['the page of details', () => `/book/${practice.slug}?start=${start}`],
  ])('%s: one for everything, the limit included', async (_what, path) => {
    await app.request(path())
    const statements = await during(async () => expect((await app.request(path())).status).toBe(200))
    expect(statements).toEqual([expect.stringMatching(/^WITH counted AS .*rate_limit.*json_build_object/)])
  })

  it.each([
    ['/settings/calendar', 15],
    ['/settings/account', 15],
    ['/appointments', 31],
  ])('%s: her practice and her accounts by one of them, %i at most', async (path, most) => {
    const statements = await during(async () => expect((await therapist.browser.get(path)).status).toBe(200))
    const whose = statements.filter((text) => /json_build_object|FROM "public"."working_hours"/.test(text))
    expect(whose).toEqual([expect.stringContaining('json_build_object')])
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(most)
  })

  it('a booking whose calendar was not read for a while: twelve at most', async () => {
    await app.book(practice, { start })
    const next = await firstFree()
    world.clock.advance(HOUR / 2)
    const statements = await during(async () => expect((await app.book(practice, { start: next })).status).toBe(201))
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(12)
    expect(statements.filter((text) => text.startsWith('WITH before'))).toHaveLength(1)
  })

  it('a cancellation: one look for the link, and three in its transaction, whose time is short on a busy machine', async () => {
    const { body } = await app.book(practice, { start })
    const { pathname } = new URL(String(body.manageUrl))
    const client = new Browser(app.origin)
    const page = await client.get(pathname)
    const statements = await during(async () =>
      expect((await client.submit(page, `${pathname}/cancel`, {})).status).toBe(303),
    )
    const byLink = statements.filter((text) => /WHERE .*"manage_token_hash" = /.test(text))
    expect(byLink, statements.join('\n')).toHaveLength(1)
    const begun = statements.indexOf('BEGIN')
    expect(statements.slice(begun, statements.indexOf('COMMIT') + 1), statements.join('\n')).toHaveLength(5)
    expect(statements[begun + 1]).toContain('pg_advisory_xact_lock')
  })
})
