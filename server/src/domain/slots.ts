import type { ServiceRules } from './booking.ts'
import { blockedBy, sessionFrom } from './booking.ts'
import { MINUTE_MS } from './durations.ts'
import type { Interval } from './interval.ts'
import { merge, overlaps } from './interval.ts'
import { addDays, dayOf, eachDay, earlierOf, isBefore, laterOf, wallClock, weekdayOf } from './zoned-time.ts'

export interface SlotRules {
  /** IANA. */
  readonly timeZone: string
  /** Weekday 1 is Monday; minutes since midnight, end exclusive. */
  readonly workingHours: readonly {
    readonly weekday: number
    readonly startMinute: number
    readonly endMinute: number
  }[]
  /** Slots start every so many minutes from the start of each range; busy time never shifts them. */
  readonly gridMinutes: number
  readonly minimumNoticeMinutes: number
  readonly horizonDays: number
  readonly service: ServiceRules
}

/** The rules of one service of a tenant, from the tenant's settings. */
export const slotRules = (
  tenant: Pick<SlotRules, 'timeZone' | 'minimumNoticeMinutes' | 'horizonDays'> & { readonly slotGridMinutes: number },
  service: ServiceRules,
  workingHours: SlotRules['workingHours'],
): SlotRules => ({
  timeZone: tenant.timeZone,
  workingHours,
  gridMinutes: tenant.slotGridMinutes,
  minimumNoticeMinutes: tenant.minimumNoticeMinutes,
  horizonDays: tenant.horizonDays,
  service,
})

export interface Occupied {
  /** What own bookings block, their buffers included; a slot's own buffers must stay clear of it. */
  readonly blocked: readonly Interval[]
  /** Busy time of external calendars; only the session itself must stay clear of it. */
  readonly busy: readonly Interval[]
}

/** Of the days asked for, those from today to the horizon; undefined when there are none. */
export function bookableDays(
  rules: Pick<SlotRules, 'timeZone' | 'horizonDays'>,
  firstDay: string,
  lastDay: string,
  now: Date,
): { readonly first: string; readonly last: string } | undefined {
  const today = dayOf(now, rules.timeZone)
  const horizon = addDays(today, rules.horizonDays)
  const first = laterOf(firstDay, today)
  const last = earlierOf(lastDay, horizon)
  return isBefore(last, first) ? undefined : { first, last }
}

/** Every session that the rules allow between two days, both included, occupied or not. Soonest first. */
export function gridSlots(rules: SlotRules, firstDay: string, lastDay: string, now: Date): Interval[] {
  const days = bookableDays(rules, firstDay, lastDay, now)
  if (days === undefined) return []
  const earliest = now.getTime() + rules.minimumNoticeMinutes * MINUTE_MS
  const slots: Interval[] = []
  for (const day of eachDay(days.first, days.last)) {
    const weekday = weekdayOf(day)
    const ranges = rules.workingHours.filter((range) => range.weekday === weekday)
    if (ranges.length === 0) continue
    const hoursOf = wallClock(day, rules.timeZone)
    for (const range of ranges) {
      const hours = hoursOf(range.startMinute, range.endMinute)
      const latest = hours.end.getTime() - rules.service.durationMinutes * MINUTE_MS
      for (let at = hours.start.getTime(); at <= latest; at += rules.gridMinutes * MINUTE_MS)
        if (at >= earliest) slots.push(sessionFrom(new Date(at), rules.service))
    }
  }
  slots.sort((a, b) => a.start.getTime() - b.start.getTime())
  // When the clock is set back, two ranges that meet in the repeated hour both have it.
  return slots.filter((slot, index) => slot.start.getTime() !== slots[index - 1]?.start.getTime())
}

/**
 * The time that no session of this service may touch, merged: busy time, and own bookings with what they block, so much wider
 * as the session's own buffers reach.
 */
export function takenTime({ bufferBeforeMinutes, bufferAfterMinutes }: ServiceRules, occupied: Occupied): Interval[] {
  const kept = merge(occupied.blocked).map(({ start, end }) => ({
    start: new Date(start.getTime() - bufferAfterMinutes * MINUTE_MS),
    end: new Date(end.getTime() + bufferBeforeMinutes * MINUTE_MS),
  }))
  return merge([...kept, ...occupied.busy])
}

/** Grid slots that nothing occupies. */
export function freeSlots(
  rules: SlotRules,
  firstDay: string,
  lastDay: string,
  now: Date,
  occupied: Occupied,
): Interval[] {
  const isTaken = sweep(takenTime(rules.service, occupied))
  return gridSlots(rules, firstDay, lastDay, now).filter((slot) => !isTaken(slot))
}

/** Whether the rules allow a session to start then. */
export const isOnGrid = (rules: SlotRules, start: Date, now: Date): boolean => {
  const day = dayOf(start, rules.timeZone)
  return gridSlots(rules, day, day, now).some((slot) => slot.start.getTime() === start.getTime())
}

/** Whether a session would meet anything that occupies the therapist. */
export const isOccupied = (session: Interval, service: ServiceRules, occupied: Occupied): boolean => {
  const blocked = blockedBy(session, service)
  return (
    occupied.busy.some((span) => overlaps(span, session)) || occupied.blocked.some((span) => overlaps(span, blocked))
  )
}

/**
 * Whether an interval overlaps any of `spans`, which are sorted and disjoint. Must be asked in the order of the intervals'
 * starts: it walks `spans` once, because a month of slots meets thousands of them.
 */
export function sweep(spans: readonly Interval[]): (asked: Interval) => boolean {
  let index = 0
  return ({ start, end }) => {
    const [from, to] = [start.getTime(), end.getTime()]
    let span = spans[index]
    while (span !== undefined && span.end.getTime() <= from) {
      index += 1
      span = spans[index]
    }
    return span !== undefined && span.start.getTime() < to
  }
}
