import type { Attendee, DayOfWeek, PatternedRecurrence, RecurrencePattern } from '@microsoft/microsoft-graph-types'
import type { Series } from './calendar-under-test.ts'

const DAYS: readonly DayOfWeek[] = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

export const crowd = (size: number): Attendee[] =>
  Array.from({ length: size }, (_, n) => ({
    type: 'required',
    emailAddress: { name: `Guest ${n}`, address: `guest${n}@client.example` },
  }))

/** learn.microsoft.com/graph/api/resources/patternedrecurrence */
export function recurrenceOf({ every, times }: Series, startDate: string): PatternedRecurrence {
  const weekday = DAYS[new Date(`${startDate}T12:00:00Z`).getUTCDay()] ?? 'monday'
  const weekly: RecurrencePattern = { type: 'weekly', interval: 1, daysOfWeek: [weekday], firstDayOfWeek: 'monday' }
  const range =
    times === undefined ? { type: 'noEnd' as const } : { type: 'numbered' as const, numberOfOccurrences: times }
  return {
    pattern: every === 'day' ? { type: 'daily', interval: 1 } : weekly,
    range: { ...range, startDate, recurrenceTimeZone: 'UTC' },
  }
}
