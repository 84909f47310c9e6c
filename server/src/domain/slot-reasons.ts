import { BUSY_KINDS, type BusyKind, type BusySpan } from './busy-time.ts'
import { MINUTE_MS } from './durations.ts'
import { contains, type Interval, merge, overlaps } from './interval.ts'
import { freeSlots, type Occupied, type SlotRules, sweep, takenTime } from './slots.ts'
import { addDays, dayInterval, dayOf, eachDay, isBefore, wallClock, weekdayOf } from './zoned-time.ts'

/**
 * What is true of a stretch of a day, for clients who look for a time. `notice`: too soon. `short`: no session fits in.
 * `off_grid`: one would, but at no start of the grid. `buffer`: kept clear around a session booked here. `calendar`: marked so
 * in these calendars; in none of them where it is not known in which.
 */
export type Reason =
  | { readonly is: 'free'; readonly starts: readonly Date[] }
  | {
      readonly is:
        | 'past'
        | 'beyond_horizon'
        | 'closed'
        | 'outside_hours'
        | 'notice'
        | 'short'
        | 'off_grid'
        | 'session'
        | 'buffer'
    }
  | { readonly is: 'calendar'; readonly kind: BusyKind; readonly calendarIds: readonly string[] }

export type Stretch = Interval & Reason

export interface ExplainedDay {
  readonly day: string
  /** They follow each other without a gap, from the day's first instant to its last. */
  readonly stretches: readonly Stretch[]
}

/** What occupies the therapist, and by what. */
export interface ExplainedOccupied extends Occupied {
  /** Confirmed sessions without their buffers. */
  readonly sessions: readonly Interval[]
  /** Of each calendar, as far as it is known; `busy` has all of it. */
  readonly calendars: readonly { readonly calendarId: string; readonly busy: readonly BusySpan[] }[]
}

/** Why the slots between two days, both included, are those that `freeSlots` gives: every stretch of each day with its reason. */
export function explainDays(
  rules: SlotRules,
  firstDay: string,
  lastDay: string,
  now: Date,
  occupied: ExplainedOccupied,
): ExplainedDay[] {
  const today = dayOf(now, rules.timeZone)
  const lastBookable = addDays(today, rules.horizonDays)
  return eachDay(firstDay, lastDay).map((day) => {
    const whole = dayInterval(day, rules.timeZone)
    if (isBefore(day, today)) return { day, stretches: only(whole, 'past') }
    if (isBefore(lastBookable, day)) return { day, stretches: only(whole, 'beyond_horizon') }
    return { day, stretches: explainDay(rules, day, whole, now, occupied) }
  })
}

const only = (whole: Interval, is: 'past' | 'beyond_horizon' | 'closed'): Stretch[] =>
  whole.start < whole.end ? [{ is, ...whole }] : []

function explainDay(
  rules: SlotRules,
  day: string,
  whole: Interval,
  now: Date,
  occupied: ExplainedOccupied,
): readonly Stretch[] {
  const ranges = rules.workingHours.filter(({ weekday }) => weekday === weekdayOf(day))
  if (ranges.length === 0) return only(whole, 'closed')
  const hoursOf = wallClock(day, rules.timeZone)
  const open = merge(ranges.map(({ startMinute, endMinute }) => hoursOf(startMinute, endMinute)))
  const gap = gapsOf(rules, day, now, occupied)
  const taken = takenIn(whole, rules, occupied)
  return cut(whole, [...edgesOf(open), now]).flatMap((part): readonly Stretch[] => {
    if (!open.some((hours) => contains(hours, part))) return [{ is: 'outside_hours', ...part }]
    if (part.end <= now) return [{ is: 'past', ...part }]
    return taken(part).flatMap(({ start, end, reason }) =>
      reason === undefined ? gap({ start, end }) : [{ start, end, ...reason }],
    )
  })
}

/** The reasons of time that nothing takes. */
function gapsOf(rules: SlotRules, day: string, now: Date, occupied: Occupied): (gap: Interval) => readonly Stretch[] {
  const starts = freeSlots(rules, day, day, now, occupied).map(({ start }) => start)
  const sooner = freeSlots({ ...rules, minimumNoticeMinutes: 0 }, day, day, now, occupied).map(({ start }) => start)
  const earliest = new Date(now.getTime() + rules.minimumNoticeMinutes * MINUTE_MS)
  return (gap) => {
    const isIn = (start: Date): boolean => gap.start <= start && start < gap.end
    const free = starts.filter(isIn)
    const tooSoon = sooner.filter((start) => isIn(start) && start < earliest)
    const [first] = free
    if (first !== undefined && tooSoon.length === 0) return [{ is: 'free', starts: free, ...gap }]
    if (first !== undefined)
      return [
        { start: gap.start, end: earliest, is: 'notice' },
        { start: earliest, end: gap.end, is: 'free', starts: free },
      ]
    if (tooSoon.length > 0) return [{ is: 'notice', ...gap }]
    const fits = gap.end.getTime() - gap.start.getTime() >= rules.service.durationMinutes * MINUTE_MS
    return [{ is: fits ? 'off_grid' : 'short', ...gap }]
  }
}

interface Part extends Interval {
  /** Undefined where nothing takes it. */
  readonly reason: Exclude<Reason, { readonly is: 'free' }> | undefined
}

/** By what parts of a day are taken. Must be asked in order. */
function takenIn(whole: Interval, rules: SlotRules, all: ExplainedOccupied): (asked: Interval) => readonly Part[] {
  const here = <T extends Interval>(spans: readonly T[]): T[] => spans.filter((span) => overlaps(span, whole))
  const taken = here(takenTime(rules.service, all))
  const sessions = merge(here(all.sessions))
  const busy = merge(here(all.busy))
  const calendars = all.calendars.map(({ calendarId, busy }) => ({ calendarId, busy: here(busy) }))
  const isTaken = sweep(taken)
  const isSession = sweep(sessions)
  const isBusy = sweep(busy)
  const marks = BUSY_KINDS.map((kind) => ({
    kind,
    calendars: calendars.map(({ calendarId, busy }) => ({
      calendarId,
      isMarked: sweep(merge(busy.filter((span) => span.kind === kind))),
    })),
  }))
  const edges = [taken, sessions, busy, ...calendars.map((calendar) => calendar.busy)].flatMap(edgesOf)

  const reasonOf = (part: Interval): Part['reason'] => {
    if (!isTaken(part)) return undefined
    if (isSession(part)) return { is: 'session' }
    if (!isBusy(part)) return { is: 'buffer' }
    for (const { kind, calendars: each } of marks) {
      const calendarIds = each.filter(({ isMarked }) => isMarked(part)).map(({ calendarId }) => calendarId)
      if (calendarIds.length > 0) return { is: 'calendar', kind, calendarIds }
    }
    return { is: 'calendar', kind: 'busy', calendarIds: [] }
  }

  return (asked) => joined(cut(asked, edges).map((part) => ({ reason: reasonOf(part), ...part })))
}

/** Neighbours that have one reason become one part. */
function joined(parts: readonly Part[]): Part[] {
  const out: Part[] = []
  for (const part of parts) {
    const last = out.at(-1)
    if (last !== undefined && JSON.stringify(last.reason) === JSON.stringify(part.reason))
      out[out.length - 1] = { ...last, end: part.end }
    else out.push(part)
  }
  return out
}

const edgesOf = (spans: readonly Interval[]): Date[] => spans.flatMap(({ start, end }) => [start, end])

/** The interval in parts, cut at every edge inside it; none of an empty one. */
function cut({ start, end }: Interval, edges: readonly Date[]): Interval[] {
  const inside = edges.map((edge) => edge.getTime()).filter((at) => at > start.getTime() && at < end.getTime())
  const times = [...new Set([start.getTime(), ...inside, end.getTime()])].sort((a, b) => a - b)
  return times.slice(1).map((at, index) => ({ start: new Date(times[index] ?? at), end: new Date(at) }))
}
