import { z } from 'zod'
import type { Interval } from '../../domain/interval.ts'
import { wordIn } from '../../net/untrusted-json.ts'
import { CalendarError, readFailure } from '../../ports/calendar-failure.ts'
import { Instant } from './event-body.ts'
import { garbled } from './transport/google-errors.ts'

/** The fields that a free/busy read asks for: an answer of freeBusy.query has no word of an event. */
export const FREE_BUSY_FIELDS = 'calendars'

export const FreeBusyAnswer = z.object({
  calendars: z.record(
    z.string(),
    z.object({
      busy: z.array(z.object({ start: Instant, end: Instant })).optional(),
      errors: z.array(z.object({ reason: z.string() })).optional(),
    }),
  ),
})

/**
 * The failure of one calendar, by `calendars.(key).errors[].reason`:
 * developers.google.com/workspace/calendar/api/v3/reference/freebusy/query
 */
function calendarFailure(reason: string): CalendarError {
  const code = wordIn(reason) ?? 'unknown'
  if (reason === 'notFound') return new CalendarError('not_found', 'A calendar is not there', { code })
  if (reason === 'tooManyCalendarsRequested' || reason === 'groupTooBig')
    return new CalendarError('misconfigured', 'Too many calendars were asked for at once', { code })
  return new CalendarError('unavailable', 'A calendar could not be read', { code })
}

type Answer = z.infer<typeof FreeBusyAnswer>

/** The busy intervals of one calendar. */
export interface CalendarSpans {
  readonly calendarId: string
  readonly busy: readonly Interval[]
}

/** Of every calendar asked for. Throws where one failed or is missing: it is unknown, and unknown is not free. */
export function busyOf(answer: Answer, calendarIds: readonly string[]): CalendarSpans[] {
  const failures = new Map<string, CalendarError>()
  const read = calendarIds.flatMap((calendarId): readonly CalendarSpans[] => {
    const busy = busyIn(answer.calendars[calendarId])
    if (!(busy instanceof CalendarError)) return [{ calendarId, busy }]
    failures.set(calendarId, busy)
    return []
  })
  if (failures.size > 0) throw readFailure(failures, calendarIds.length)
  return read
}

function busyIn(calendar: Answer['calendars'][string] | undefined): readonly Interval[] | CalendarError {
  const error = calendar?.errors?.[0]
  if (error !== undefined) return calendarFailure(error.reason)
  if (calendar?.busy === undefined) return garbled('a calendar is missing')
  return calendar.busy.some(({ start, end }) => start > end)
    ? garbled('a busy time ends before it starts')
    : calendar.busy
}
