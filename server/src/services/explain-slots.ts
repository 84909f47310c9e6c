import type { CalendarCheck } from '../domain/booking.ts'
import { type ExplainedDay, explainDays } from '../domain/slot-reasons.ts'
import { bookableDays, slotRules } from '../domain/slots.ts'
import type { BookingStore } from '../ports/booking-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { ConnectedCalendar, Connection } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { TenantSnapshot } from '../ports/tenant-snapshot.ts'
import type { Service } from '../ports/tenant-store.ts'
import type { ConnectedBusy, Unreadable } from './availability.ts'
import { windowsOf } from './offer-slots.ts'
import type { ReadFreeBusy } from './read-free-busy.ts'

export interface ExplainSlots {
  /**
   * Every stretch of the days with its reason, where {@link OfferSlots} offers free slots; days are of the tenant's zone, both
   * included, at most MAX_DAYS. `afresh`: the calendars are read again, however lately they were read.
   */
  explain(request: {
    readonly snapshot: TenantSnapshot
    readonly service: Service
    readonly firstDay: string
    readonly lastDay: string
    readonly afresh?: boolean
    readonly signal?: AbortSignal
  }): Promise<Explanation>
}

export type Explanation = Explained | Unexplained

export interface Explained {
  readonly known: true
  readonly days: readonly ExplainedDay[]
  /** By the ids in the reasons of `days`. */
  readonly calendars: ReadonlyMap<string, ConnectedCalendar>
  /** How many accounts were read. */
  readonly accounts: number
  /** When the calendars were read; undefined where none is connected, and where no day can be booked. */
  readonly checkedAt: Date | undefined
  readonly check: CalendarCheck
}

export interface Unexplained {
  readonly known: false
  readonly because: Unreadable['because']
  /** How many accounts are connected. */
  readonly accounts: number
  /** What could not be read: single calendars, and accounts of which no calendar is known to stand in the way. */
  readonly unread: { readonly calendars: readonly ConnectedCalendar[]; readonly connections: readonly Connection[] }
}

/** Says why the slots of a therapist are what they are, by the same rules and reads; of the calendar times and marks alone. */
export function createExplainSlots(parts: {
  readonly bookings: Pick<BookingStore, 'booked'>
  readonly connections: Pick<ConnectionStore, 'connected'>
  readonly freeBusy: Pick<ReadFreeBusy, 'forSlots'>
  readonly clock: Clock
}): ExplainSlots {
  return {
    async explain({ snapshot, service, firstDay, lastDay, afresh = false, signal }): Promise<Explanation> {
      const { tenant, workingHours } = snapshot
      const now = parts.clock.now()
      const rules = slotRules(tenant, service, workingHours)
      const bookable = bookableDays(rules, firstDay, lastDay, now)
      if (bookable === undefined) {
        const days = explainDays(rules, firstDay, lastDay, now, NOTHING)
        return { known: true, days, calendars: new Map(), accounts: 0, checkedAt: undefined, check: 'NONE' }
      }
      const { window, around } = windowsOf(bookable, tenant.timeZone)
      const availability = await parts.freeBusy.forSlots(snapshot, window, signal, { byCalendar: true, afresh })
      // After the read, which may have found that a calendar cannot be read.
      const connections = await parts.connections.connected(tenant.id)
      if (!availability.known) return unexplained(availability, connections)
      const booked = await parts.bookings.booked(tenant.id, around)
      const { busy, calendars = [], checkedAt, check } = availability
      const days = explainDays(rules, firstDay, lastDay, now, {
        blocked: booked.map(({ blocked }) => blocked),
        sessions: booked.map(({ session }) => session),
        busy,
        calendars: calendars.map((calendar) => ({ calendarId: idOf(calendar), busy: calendar.busy })),
      })
      return { known: true, days, calendars: byId(connections), accounts: connections.length, checkedAt, check }
    },
  }
}

const NOTHING = { blocked: [], busy: [], sessions: [], calendars: [] }

/** The provider's ids tell calendars apart within one connection only. */
const idOf = ({ connectionId, calendarId }: Pick<ConnectedBusy, 'connectionId' | 'calendarId'>): string =>
  `${connectionId} ${calendarId}`

const byId = (connections: readonly Connection[]): ReadonlyMap<string, ConnectedCalendar> =>
  new Map(
    connections.flatMap(({ id: connectionId, calendars }) =>
      calendars.map((calendar) => [idOf({ connectionId, calendarId: calendar.externalId }), calendar] as const),
    ),
  )

function unexplained({ because, connectionIds }: Unreadable, connections: readonly Connection[]): Unexplained {
  const failing = connections.filter(({ id }) => connectionIds === undefined || connectionIds.includes(id))
  const unreadIn = ({ calendars }: Connection) =>
    calendars.filter(({ blocks, failure }) => blocks && failure !== undefined)
  return {
    known: false,
    because,
    accounts: connections.length,
    unread: {
      calendars: failing.flatMap(unreadIn),
      connections: failing.filter((connection) => unreadIn(connection).length === 0),
    },
  }
}
