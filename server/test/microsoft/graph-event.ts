import { CalendarError } from '../../src/ports/calendar-failure.ts'

export const DEFAULTS = { tentativeBlocks: true, workingElsewhereBlocks: false }

/** An instant as Graph writes it. */
export const utc = (epochMs: number) => ({
  dateTime: `${new Date(epochMs).toISOString().slice(0, 23)}0000`,
  timeZone: 'UTC',
})

/** An hour of the therapist's own, as Graph answers it in a calendarView. */
export const event = (change: Record<string, unknown> = {}) => ({
  start: { dateTime: '2027-01-05T09:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '2027-01-05T10:00:00.0000000', timeZone: 'UTC' },
  showAs: 'busy',
  isAllDay: false,
  isCancelled: false,
  responseStatus: { response: 'organizer', time: '0001-01-01T00:00:00Z' },
  ...change,
})

/** Of the `garbled` failure of `work`; undefined where it does not fail. */
export const garbledCode = (work: () => unknown): string | undefined => {
  try {
    work()
  } catch (error) {
    if (error instanceof CalendarError && error.reason === 'garbled') return error.code
    throw error
  }
  return undefined
}
