import fc from 'fast-check'
import { createMockCalendar, type MockExternalEvent } from '../../src/adapters/mock-calendar/index.ts'
import { blockedBy, sessionFrom } from '../../src/domain/booking.ts'
import { BUSY_KINDS } from '../../src/domain/busy-time.ts'
import { MINUTE_MS } from '../../src/domain/durations.ts'
import { addDays, dayInterval } from '../../src/domain/zoned-time.ts'
import type { BookedTime } from '../../src/ports/booking-store.ts'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import type { Connection } from '../../src/ports/connection.ts'
import { silentLog } from '../../src/ports/log.ts'
import type { TenantSnapshot } from '../../src/ports/tenant-snapshot.ts'
import type { Service, Tenant, WorkingRange } from '../../src/ports/tenant-store.ts'
import { createExplainSlots } from '../../src/services/explain-slots.ts'
import { createOfferSlots } from '../../src/services/offer-slots.ts'
import { createReadFreeBusy } from '../../src/services/read-free-busy.ts'
import { snapshot as anySnapshot, connection, outlook, service, tenant } from './fixtures.ts'

/** A week of a practice: its rules, what is booked, and what stands in its calendars. */
export interface RandomWeek {
  readonly tenant: Tenant
  readonly service: Service
  readonly workingHours: readonly WorkingRange[]
  readonly booked: readonly BookedTime[]
  readonly events: readonly (MockExternalEvent & { readonly account: 'first' | 'second' })[]
  readonly now: Date
  readonly firstDay: string
  /** Whether clients looked before the therapist, so that their read is in the cache. */
  readonly clientsFirst: boolean
  /** An hour that a client confirms between both, by which time it has become busy. */
  readonly confirmed: number | undefined
  readonly isUnreadable: boolean
  /** Another one blocks, whose calendars have the same ids. */
  readonly hasTwoAccounts: boolean
}

const WEEKS = ['2026-11-30', '2026-12-07', '2027-03-22', '2027-10-25', '2026-10-19']
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Auckland', 'UTC']
const CALENDARS = ['main', 'other']

const chance = (of: number) => fc.integer({ min: 1, max: of }).map((n) => n === 1)
const minutes = (min: number, max: number, step = 5) =>
  fc.integer({ min: min / step, max: max / step }).map((n) => n * step)

const hours = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 7 }), minutes(0, 1380, 15), minutes(15, 600, 15))
    .map(([weekday, start, length]) => ({
      weekday,
      startMinute: start,
      endMinute: Math.min(1440, start + length),
    })),
  { maxLength: 12 },
)

/** Minutes from the week's first instant, and how long; also such as reach over midnight and over the week's ends. */
const span = fc.tuple(minutes(-1440, 8 * 1440), minutes(5, 900))

const rules = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  slotGridMinutes: fc.constantFrom(5, 15, 30, 60),
  minimumNoticeMinutes: fc.constantFrom(0, 60, 240, 2880),
  horizonDays: fc.constantFrom(1, 3, 30, 366),
  durationMinutes: fc.constantFrom(20, 50, 90, 480),
  bufferBeforeMinutes: fc.constantFrom(0, 10, 45),
  bufferAfterMinutes: fc.constantFrom(0, 15, 60),
})

export const randomWeek: fc.Arbitrary<RandomWeek> = fc
  .record({
    rules,
    workingHours: hours,
    firstDay: fc.constantFrom(...WEEKS),
    sessions: fc.array(span, { maxLength: 6 }),
    events: fc.array(
      fc.record({
        at: span,
        kind: fc.constantFrom(...BUSY_KINDS),
        calendarId: fc.constantFrom(...CALENDARS),
        busy: chance(6),
        account: fc.constantFrom('first' as const, 'second' as const),
      }),
      { maxLength: 25 },
    ),
    nowMinutes: minutes(-4 * 1440, 8 * 1440, 1),
    clientsFirst: fc.boolean(),
    confirmed: fc.option(minutes(0, 7 * 1440), { nil: undefined }),
    isUnreadable: chance(20),
    hasTwoAccounts: fc.boolean(),
  })
  .map(({ rules, firstDay, sessions, events, nowMinutes, ...rest }) => {
    const { start } = dayInterval(firstDay, rules.timeZone)
    const later = (count: number): Date => new Date(start.getTime() + count * MINUTE_MS)
    const { durationMinutes, bufferBeforeMinutes, bufferAfterMinutes, ...tenantRules } = rules
    const kept = { durationMinutes, bufferBeforeMinutes, bufferAfterMinutes }
    return {
      ...rest,
      firstDay,
      tenant: { ...tenant, ...tenantRules },
      service: { ...service, ...kept },
      now: later(nowMinutes),
      booked: sessions.map(([at, length]) => {
        const session = sessionFrom(later(at), { durationMinutes: length })
        return { session, blocked: blockedBy(session, kept) }
      }),
      events: events.map(({ at: [at, length], busy, ...event }) => ({
        ...event,
        start: later(at),
        end: later(at + length),
        busy: !busy,
      })),
    }
  })

/** What clients are offered in that week, and what the therapist is told of it; the calendars are read through the cache. */
export async function bothViews(week: RandomWeek) {
  const { tenant, service, workingHours, booked, now, firstDay } = week
  const clock = { now: () => now }
  const mock = createMockCalendar({ features: outlook, clock })
  mock.controls.signInAs({ key: connected.accountKey, address: 'ada@praxis.example' })
  const further = createMockCalendar({ features: outlook, clock })
  further.controls.signInAs({ key: second.accountKey, address: 'ada@club.example' })
  for (const { account, ...event } of week.events)
    (account === 'first' ? mock : further).controls.addExternalEvent(tenant.id, event)
  const snapshot: TenantSnapshot = {
    ...anySnapshot,
    tenant,
    workingHours,
    connections: week.hasTwoAccounts ? [connected, second] : [connected],
  }
  const connections = {
    connected: async () => snapshot.connections,
    recordRead: async () => {},
    recordFailure: async () => {},
    recordMismatch: async () => false,
  }
  const providers = { MICROSOFT: mock, GOOGLE: further }
  const shared = { connections, evidence: { failed: async () => {} }, providers, clock, log: silentLog }
  const freeBusy = createReadFreeBusy({ ...shared, freshMs: 60_000, maxAgeMs: 60_000 })
  const bookings = {
    blocked: async () => booked.map(({ blocked }) => blocked),
    booked: async () => booked,
  }
  const days = { firstDay, lastDay: addDays(firstDay, 6) }
  const offers = createOfferSlots({ bookings, freeBusy, clock })
  const offer = () => offers.offer({ snapshot, service, ...days })
  const explain = () =>
    createExplainSlots({ bookings, connections, freeBusy, clock }).explain({ snapshot, service, ...days })
  const unreadable = week.hasTwoAccounts ? further : mock
  if (week.isUnreadable) unreadable.controls.failAlways('getFreeBusy', new CalendarError('unavailable', 'away'))
  await (week.clientsFirst ? offer() : explain())
  if (week.confirmed !== undefined && !week.isUnreadable) {
    const start = new Date(dayInterval(firstDay, tenant.timeZone).start.getTime() + week.confirmed * MINUTE_MS)
    const session = sessionFrom(start, { durationMinutes: 60 })
    mock.controls.addExternalEvent(tenant.id, { ...session, calendarId: 'other' })
    await freeBusy.forConfirmation(snapshot, session)
  }
  const explained = await explain()
  const offered = await offer()
  const events = [connected, ...(week.hasTwoAccounts ? [second] : [])].flatMap((of) =>
    (of === connected ? mock : further).controls
      .events(tenant.id)
      .map((event) => ({ ...event, calendarId: `${of.id} ${event.calendarId}` })),
  )
  return { offered, explained, events }
}

const connected: Connection = {
  ...connection,
  calendars: connection.calendars.slice(0, 2).map((calendar, index) => ({
    ...calendar,
    externalId: CALENDARS[index] ?? '',
    blocks: true,
  })),
}

const second: Connection = {
  ...connected,
  id: '0198a0a0-0000-7000-8000-0000000000c2',
  provider: 'GOOGLE',
  role: 'blocks',
  accountKey: 'second',
}
