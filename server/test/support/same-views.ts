import assert from 'node:assert/strict'
import type { MockEvent } from '../../src/adapters/mock-calendar/calendar.ts'
import { MINUTE_MS } from '../../src/domain/durations.ts'
import { type Interval, overlaps } from '../../src/domain/interval.ts'
import type { Stretch } from '../../src/domain/slot-reasons.ts'
import { dayInterval, wallClockOf, weekdayOf } from '../../src/domain/zoned-time.ts'
import { bothViews, type RandomWeek } from './random-weeks.ts'

/**
 * Sees that a therapist is told of just those starts that clients are offered, that every instant of the week has one reason,
 * and that each reason is true of what stands in her calendars and bookings. Gives the stretches and how many slots there are.
 */
export async function compareViews(
  week: RandomWeek,
): Promise<{ readonly slots: number; readonly stretches: readonly Stretch[] }> {
  const { offered, explained, events } = await bothViews(week)
  assert.equal(explained.known, offered.known)
  if (!offered.known || !explained.known) return { slots: 0, stretches: [] }
  const stretches = explained.days.flatMap((day) => day.stretches)
  const told = stretches.flatMap((stretch) => (stretch.is === 'free' ? stretch.starts : []))
  assert.deepEqual(
    told.map(isoOf),
    offered.slots.map(({ start }) => isoOf(start)),
  )
  for (const { day, stretches } of explained.days) {
    const { start, end } = dayInterval(day, week.tenant.timeZone)
    assert.deepEqual([start, ...stretches.map((one) => one.end)], [...stretches.map((one) => one.start), end])
  }
  for (const stretch of stretches) requireTrue(week, events, stretch)
  return { slots: told.length, stretches }
}

const isoOf = (instant: Date): string => instant.toISOString()

/** What must be so where a reason is given. */
function requireTrue(week: RandomWeek, events: readonly MockEvent[], stretch: Stretch): void {
  const { booked, tenant, service, now } = week
  const busy = events.filter((event) => event.busy && overlaps(event, stretch))
  const sessions = booked.filter(({ session }) => overlaps(session, stretch))
  const isFreeOfAll = busy.length === 0 && sessions.length === 0
  const { day, hour, minute } = wallClockOf(stretch.start, tenant.timeZone)
  const ranges = week.workingHours.filter(({ weekday }) => weekday === weekdayOf(day))
  const isOpen = ranges.some((range) => range.startMinute < hour * 60 + minute && hour * 60 + minute < range.endMinute)
  const sinceNow = stretch.start.getTime() - now.getTime()
  const length = stretch.end.getTime() - stretch.start.getTime()
  const near = 2 * Math.max(service.bufferBeforeMinutes, service.bufferAfterMinutes) * MINUTE_MS
  const around = { start: new Date(stretch.start.getTime() - near), end: new Date(stretch.end.getTime() + near) }
  const isMarked = (id: string): boolean =>
    stretch.is === 'calendar' &&
    busy.some(({ calendarId, kind = 'busy' }) => calendarId === id && kind === stretch.kind)
  const truths: Readonly<Record<Stretch['is'], () => boolean>> = {
    free: () => isFreeOfAll && stretch.is === 'free' && stretch.starts.every((start) => isWithin(start, stretch)),
    calendar: () =>
      stretch.is === 'calendar' &&
      sessions.length === 0 &&
      stretch.calendarIds.length > 0 &&
      stretch.calendarIds.every(isMarked),
    session: () => sessions.length > 0,
    buffer: () => isFreeOfAll && booked.some(({ session }) => overlaps(session, around)),
    closed: () => ranges.length === 0,
    outside_hours: () => ranges.length > 0 && !isOpen,
    past: () => sinceNow < 0,
    beyond_horizon: () => sinceNow > 0,
    notice: () => isFreeOfAll && sinceNow < tenant.minimumNoticeMinutes * MINUTE_MS,
    short: () => isFreeOfAll && length < service.durationMinutes * MINUTE_MS,
    off_grid: () => isFreeOfAll && length >= service.durationMinutes * MINUTE_MS,
  }
  assert(truths[stretch.is](), `not true: ${JSON.stringify(stretch)}`)
}

const isWithin = (instant: Date, { start, end }: Interval): boolean => start <= instant && instant < end
