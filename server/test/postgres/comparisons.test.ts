import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMockCalendar } from '../../src/adapters/mock-calendar/index.ts'
import { createEventComparisonStore } from '../../src/adapters/postgres/bookings/event-comparison-store.ts'
import { type OpenDatabase, openDatabase } from '../../src/adapters/postgres/client.ts'
import type { CalendarBinding } from '../../src/ports/calendar-binding.ts'
import type { ConnectionContext } from '../../src/ports/calendar-connector.ts'
import { systemClock } from '../../src/ports/clock.ts'
import type { EventComparisonStore } from '../../src/ports/event-comparison-store.ts'
import { connect as connectMicrosoft, startMicrosoft } from '../microsoft/support.ts'
import { comparisonScenes, type Scene } from '../support/comparison-scenes.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { outlook } from '../support/fixtures.ts'
import { connect as connectGoogle, IRIS, startGoogle } from '../support/google-account.ts'
import { hurryClock } from '../support/hurried-clock.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let test: TestDatabase
let open: OpenDatabase
let comparisons: EventComparisonStore
const microsoft = await startMicrosoft()
const google = await startGoogle()

let aheadMs = 0
let hurry: (milliseconds: number) => Promise<void>
const ahead = (milliseconds: number): Promise<void> => {
  aheadMs = milliseconds
  return hurry(milliseconds)
}
beforeAll(async () => {
  test = await openTestDatabase()
  hurry = await hurryClock(test)
  open = openDatabase(test.url, test.ring)
  comparisons = createEventComparisonStore(open.database)
})
afterAll(async () => {
  await open.close()
  await google.close()
  await test.drop()
})
beforeEach(() => ahead(0))

const scenes = () => comparisonScenes(test, comparisons, () => new Date(Date.now() + aheadMs))

/** With the account that the test has connected, whatever the row says of it. */
const through = (binding: CalendarBinding, context: ConnectionContext): CalendarBinding => ({
  ...binding,
  calendarFor: () => binding.calendarFor(context),
})

/** Forty sessions: two on each weekday of four weeks. */
const DAYS = Array.from({ length: 28 }, (_, day) => day).filter((day) => day % 7 < 5)
const FORTY = DAYS.flatMap((day) =>
  [26, 29].map((hours) => {
    const start = new Date(Math.floor(Date.now() / HOUR) * HOUR + day * DAY + hours * HOUR)
    return { start, end: new Date(start.getTime() + 50 * MINUTE) }
  }),
)

/** As the worker does each minute, but for minutes in which nothing is due, until it is so late. */
async function run({ practice, compare }: Scene, from: number, until: (at: number) => Promise<boolean> | boolean) {
  for (let at = from; ; ) {
    await ahead(at)
    await compare.queueDue()
    await compare.compare(practice.tenantId)
    if (await until(at)) return at
    const { rows } = await test.pool.query(
      `SELECT extract(epoch FROM min(compare_at) - pg_catalog.now()) * 1000 AS next FROM event_comparison WHERE tenant_id = $1`,
      [practice.tenantId],
    )
    at += Math.max(1, Math.ceil((Number(rows[0]?.next) - at) / MINUTE)) * MINUTE
  }
}

/** A far look lies in six of them. A whole day takes half a minute: `COMPARED_HOURS=24`. */
const HOURS = Number(process.env.COMPARED_HOURS ?? 6)

/** Sessions are written to an account of the one provider; one of the other only blocks. */
async function accountsOf(receiving: 'microsoft' | 'google') {
  const { connection, provider: outlookOf, account } = await connectMicrosoft(microsoft)
  const context = await connectGoogle(google)
  const registry = { MICROSOFT: through(microsoft.binding, connection), GOOGLE: through(google.binding, context) }
  const { journal } = microsoft.emulator
  const ofGoogle = () => google.google.journal.filter(({ path }) => path.startsWith('/calendar/v3/')).length
  const shared = {
    clear() {
      journal.clear()
      google.google.journal.splice(0)
    },
    requests: () => journal.of('graph').length + ofGoogle(),
    /** As Graph counts for its limits: each item of a batch. */
    counted: () =>
      journal
        .of('graph')
        .reduce(
          (sum, { requestBody }) => sum + ((requestBody as Batch | undefined)?.requests?.length ?? 1),
          ofGoogle(),
        ),
  }
  const ends = (start: Date) => new Date(start.getTime() + 50 * MINUTE)
  const [inOutlook, inGoogle] = [
    { provider: 'MICROSOFT', calendarIds: connection.calendarIds },
    { provider: 'GOOGLE', calendarIds: context.calendarIds },
  ] as const
  if (receiving === 'microsoft')
    return {
      ...shared,
      ...(await scenes().sceneOf('MICROSOFT', registry, connection.calendarIds)),
      provider: outlookOf,
      other: inGoogle,
      move: (eventId: string, start: Date) =>
        microsoft.emulator.editEvent(account, eventId, { start, end: ends(start) }),
    }
  return {
    ...shared,
    ...(await scenes().sceneOf('GOOGLE', registry, context.calendarIds)),
    provider: google.binding.calendarFor(context),
    other: inOutlook,
    move: (eventId: string, start: Date) =>
      google.google.editEvent(IRIS, eventId, {
        start: { dateTime: start.toISOString() },
        end: { dateTime: ends(start).toISOString() },
      }),
  }
}
interface Batch {
  readonly requests: readonly unknown[]
}

describe('F-112 written events compared through a day', () => {
  it.each(['microsoft', 'google'] as const)(
    '%s: at most 200 requests a day for forty sessions ahead; what she moves is noticed in time',
    async (name) => {
      const one = await accountsOf(name)
      const written = []
      for (const session of FORTY) {
        const params = { ...session, idempotencyKey: randomUUID(), timeZone: 'Europe/Berlin', title: 'Appointment' }
        written.push({ ...session, eventId: (await one.provider.createEvent(params)).id })
      }
      const placed = await scenes().place(one.practice, one.connectionId, written)
      await one.addFurther(one.other)
      one.clear()
      const end = await run(one, 0, (at) => at >= HOURS * HOUR)
      const ofADay = (count: number) => (count / HOURS) * 24
      if (process.env.COMPARED_HOURS)
        process.stderr.write(`${name}: ${ofADay(one.requests())} requests a day, ${ofADay(one.counted())} as counted\n`)
      expect(ofADay(one.requests())).toBeLessThanOrEqual(200)
      expect(ofADay(one.requests())).toBeGreaterThan(100)
      // Ten thousand in ten minutes are Graph's limit for an app and a mailbox; in a day these are far fewer.
      expect(ofADay(one.counted())).toBeLessThan(2_000)

      let at = end
      const [near, far] = [placed.find(({ start }) => +start > Date.now() + end + 3 * HOUR), placed.at(-1)]
      for (const [event, limit] of [
        [near, 15 * MINUTE],
        [far, 6 * HOUR + 3 * MINUTE],
      ] as const) {
        if (event === undefined) throw new Error('there is no session')
        one.move(event.eventId, new Date(event.start.getTime() + HOUR))
        const shown = async () => {
          const notices = await comparisons.notices(one.practice.tenantId, new Date(), 100)
          return notices.some(({ booking }) => booking.id === event.id)
        }
        const moved = at
        at = await run(one, moved, shown)
        expect(at - moved).toBeLessThanOrEqual(limit)
      }
    },
  )

  it.each(['lookUpEvents', 'getFreeBusy'] as const)(
    'a look that waits for %s when the process stops ends with it, and is given back',
    async (method) => {
      const mock = createMockCalendar({ features: outlook, clock: systemClock })
      const { practice, connectionId, compare } = await scenes().sceneOf(
        'MICROSOFT',
        { MICROSOFT: mock, GOOGLE: mock },
        ['main'],
      )
      const start = new Date(Math.floor(Date.now() / HOUR) * HOUR + 5 * DAY)
      const context = {
        id: connectionId,
        tenantId: practice.tenantId,
        accountKey: `account-${connectionId}`,
        calendarIds: ['main'],
      }
      const policy = { tentativeBlocks: true, workingElsewhereBlocks: true }
      const written = await mock
        .calendarFor({ ...context, access: 'bookings', timeZone: 'Europe/Berlin', policy })
        .createEvent({
          ...{ idempotencyKey: randomUUID(), start, end: new Date(+start + HOUR) },
          ...{ timeZone: 'Europe/Berlin', title: 'Appointment' },
        })
      await scenes().place(practice, connectionId, [{ ...written, eventId: written.id }])
      await compare.queueDue()
      await ahead(6 * HOUR + MINUTE)
      const stopping = new AbortController()
      const reached = mock.controls.hangNext(method)
      const work = compare.compare(practice.tenantId, stopping.signal)
      await reached
      stopping.abort(new Error('the process stops'))
      await expect(work).rejects.toThrow('the process stops')
      expect(await comparisons.takeDue(practice.tenantId, 9)).toHaveLength(1)
    },
  )

  it('five hundred sessions are compared a hundred at a time, and keep nobody from being compared', async () => {
    const mock = createMockCalendar({ features: outlook, clock: systemClock })
    const registry = { MICROSOFT: mock, GOOGLE: mock }
    const [many, few] = [await scenes().sceneOf('MICROSOFT', registry), await scenes().sceneOf('MICROSOFT', registry)]
    const far = (n: number) => {
      const start = new Date(Math.floor(Date.now() / HOUR) * HOUR + 3 * DAY + n * HOUR)
      return { eventId: `event-${n}`, start, end: new Date(start.getTime() + 50 * MINUTE) }
    }
    await scenes().place(
      many.practice,
      many.connectionId,
      Array.from({ length: 500 }, (_, n) => far(n)),
    )
    await scenes().place(few.practice, few.connectionId, [far(0)])
    const left = async ({ practice }: Scene) =>
      (
        await test.pool.query(
          `SELECT count(*)::int AS n FROM event_comparison WHERE tenant_id = $1 AND compare_at <= hurried.statement_timestamp()`,
          [practice.tenantId],
        )
      ).rows[0]?.n
    await few.compare.queueDue()
    await ahead(6 * HOUR + MINUTE)
    await few.compare.queueDue()
    const { rows } = await test.pool.query(
      `SELECT payload->>'tenantId' AS tenant FROM graphile_worker._private_jobs WHERE payload->>'tenantId' = ANY ($1)`,
      [[many, few].map(({ practice }) => practice.tenantId)],
    )
    expect(rows.map(({ tenant }) => tenant).sort()).toEqual([many, few].map(({ practice }) => practice.tenantId).sort())
    expect([await left(many), await left(few)]).toEqual([500, 1])
    await many.compare.compare(many.practice.tenantId)
    await few.compare.compare(few.practice.tenantId)
    expect([await left(many), await left(few)]).toEqual([400, 0])
    await Promise.all([1, 2].map(() => many.compare.compare(many.practice.tenantId)))
    expect(await left(many)).toBe(200)
  })
})
