import type { PatternedRecurrence } from '@microsoft/microsoft-graph-types'

const DAY = 864e5
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

const dayNumber = (date: string): number => Math.round(Date.parse(`${date}T00:00:00Z`) / DAY)
const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10)
const weekday = (day: number): number => (day + 4) % 7 // 1970-01-01 was a Thursday

/** The recurrences the emulator can expand: daily and weekly (learn.microsoft.com/graph/api/resources/recurrencepattern). */
export function isExpandable(recurrence: PatternedRecurrence): boolean {
  const { pattern, range } = recurrence
  return (
    (pattern?.type === 'daily' || pattern?.type === 'weekly') &&
    (pattern.interval ?? 1) >= 1 &&
    (pattern.type === 'daily' || (pattern.daysOfWeek?.length ?? 0) > 0) &&
    /^\d{4}-\d\d-\d\d$/.test(range?.startDate ?? '') &&
    (range?.type === 'noEnd' || range?.type === 'endDate' || range?.type === 'numbered')
  )
}

/** The dates (`YYYY-MM-DD`, in the series' zone) on which the series occurs, from its start up to and including `last`. */
export function* datesOf(recurrence: PatternedRecurrence, last: string): Generator<string> {
  const { pattern, range } = recurrence
  const first = dayNumber(range?.startDate ?? '')
  const end = Math.min(
    dayNumber(last),
    range?.type === 'endDate' && range.endDate ? dayNumber(range.endDate) : Number.POSITIVE_INFINITY,
  )
  let left = range?.type === 'numbered' ? (range.numberOfOccurrences ?? 0) : Number.POSITIVE_INFINITY
  for (let day = first; day <= end && left > 0; day++) {
    if (!occursOn(pattern, first, day)) continue
    left--
    yield dateOf(day)
  }
}

function occursOn(pattern: PatternedRecurrence['pattern'], first: number, day: number): boolean {
  const interval = pattern?.interval ?? 1
  if (pattern?.type === 'daily') return (day - first) % interval === 0
  const weekStart = DAYS.indexOf(String(pattern?.firstDayOfWeek ?? 'sunday').toLowerCase())
  const firstWeek = first - ((weekday(first) - weekStart + 7) % 7)
  const inWeek = Math.floor((day - firstWeek) / 7) % interval === 0
  return inWeek && (pattern?.daysOfWeek ?? []).some((name) => name.toLowerCase() === DAYS[weekday(day)])
}
