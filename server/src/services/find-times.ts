import type { Interval } from '../domain/interval.ts'
import { gridSlots, slotRules } from '../domain/slots.ts'
import { addDays, dayInterval, dayOf, earlierOf, isBefore, laterOf } from '../domain/zoned-time.ts'
import type { TenantSnapshot } from '../ports/tenant-snapshot.ts'
import type { Service, Tenant } from '../ports/tenant-store.ts'
import type { Unreadable } from './availability.ts'
import { MAX_DAYS, type OfferSlots } from './offer-slots.ts'

/** For whom times are looked for: days are days of `zone`, the client's. */
export interface TimeSearch {
  readonly snapshot: TenantSnapshot
  readonly service: Service
  readonly zone: string
  readonly now: Date
}

export type FoundTimes = { readonly known: true; readonly slots: readonly Interval[] } | Unreadable

/** Looks for free times as a client does: by days of the client's zone. Calls reject with the signal's reason. */
export interface FindTimes {
  /** Free times that start on these days, both included; at most {@link MAX_DAYS} less two. */
  between(search: TimeSearch, firstDay: string, lastDay: string, signal: AbortSignal): Promise<FoundTimes>
  /** The first free time from that day on; `none` when there is nothing up to the horizon. */
  firstFrom(search: TimeSearch, day: string, signal: AbortSignal): Promise<Interval | 'none' | Unreadable>
  /** The free times closest to one that cannot be booked, in order of time. */
  nearest(search: TimeSearch, wanted: Date, signal: AbortSignal): Promise<FoundTimes>
  /**
   * Why a day has no free times, as far as a client may know, never what the therapist does instead: the rules allow some
   * sessions (`full`), only such as start too soon or are over (`notice`), or none (`outside`).
   */
  whyNone(search: TimeSearch, day: string): 'full' | 'notice' | 'outside'
  /** Whether the rules allow any session at all up to the last day that can be booked, whatever the time is taken by. */
  offersAny(search: Pick<TimeSearch, 'snapshot' | 'service' | 'now'>): boolean
}

/** The last day that can be booked, in that zone. */
export const lastBookableDay = (tenant: Tenant, zone: string, now: Date): string =>
  addDays(dayOf(now, zone), tenant.horizonDays)

/** A window of the client's days may touch one more day of the therapist's at each end. */
const SEARCH_DAYS = MAX_DAYS - 2
/** Enough for the longest horizon, 366 days (constraint tenant_rules). */
const SEARCH_ROUNDS = 13

const NEAREST = 6
const DAYS_BEFORE = 3
const DAYS_AFTER = 14

export function createFindTimes(parts: { readonly offerSlots: OfferSlots }): FindTimes {
  /** The first and the last day of the tenant's zone that an interval touches. */
  const ownDays = ({ start, end }: Interval, { timeZone }: Tenant) => ({
    firstDay: dayOf(start, timeZone),
    lastDay: dayOf(new Date(end.getTime() - 1), timeZone),
  })

  const between: FindTimes['between'] = async ({ snapshot, service, zone }, firstDay, lastDay, signal) => {
    const window: Interval = { start: dayInterval(firstDay, zone).start, end: dayInterval(lastDay, zone).end }
    const offer = await parts.offerSlots.offer({ snapshot, service, ...ownDays(window, snapshot.tenant), signal })
    if (!offer.known) return offer
    return { known: true, slots: offer.slots.filter(({ start }) => start >= window.start && start < window.end) }
  }

  return {
    between,

    async firstFrom(search, day, signal) {
      const last = lastBookableDay(search.snapshot.tenant, search.zone, search.now)
      for (let round = 0; round < SEARCH_ROUNDS; round += 1) {
        const first = addDays(day, round * SEARCH_DAYS)
        if (isBefore(last, first)) break
        const times = await between(search, first, earlierOf(addDays(first, SEARCH_DAYS - 1), last), signal)
        if (!times.known) return times
        const [soonest] = times.slots
        if (soonest !== undefined) return soonest
      }
      return 'none'
    },

    async nearest(search, wanted, signal) {
      const { snapshot, zone, now } = search
      const today = dayOf(now, zone)
      const day = earlierOf(laterOf(dayOf(wanted, zone), today), lastBookableDay(snapshot.tenant, zone, now))
      const first = laterOf(addDays(day, -DAYS_BEFORE), today)
      const times = await between(search, first, addDays(day, DAYS_AFTER), signal)
      if (!times.known) return times
      const distance = ({ start }: Interval): number => Math.abs(start.getTime() - wanted.getTime())
      const nearest = [...times.slots].sort((a, b) => distance(a) - distance(b)).slice(0, NEAREST)
      return { known: true, slots: nearest.sort((a, b) => a.start.getTime() - b.start.getTime()) }
    },

    whyNone({ snapshot: { tenant, workingHours }, service, zone, now }, day) {
      const window = dayInterval(day, zone)
      const { firstDay, lastDay } = ownDays(window, tenant)
      const allows = (minimumNoticeMinutes: number, from: Date): boolean =>
        gridSlots(slotRules({ ...tenant, minimumNoticeMinutes }, service, workingHours), firstDay, lastDay, from).some(
          ({ start }) => window.start <= start && start < window.end,
        )
      if (allows(tenant.minimumNoticeMinutes, now)) return 'full'
      const beforeTheDay = new Date(Math.min(now.getTime(), window.start.getTime()))
      return allows(0, beforeTheDay) ? 'notice' : 'outside'
    },

    offersAny({ snapshot: { tenant, workingHours }, service, now }) {
      const rules = slotRules(tenant, service, workingHours)
      const { timeZone } = tenant
      return gridSlots(rules, dayOf(now, timeZone), lastBookableDay(tenant, timeZone, now), now).length > 0
    },
  }
}
