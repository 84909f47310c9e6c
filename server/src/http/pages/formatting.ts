import { dayOf, type WallClock, wallClockOf, weekdayOf } from '../../domain/zoned-time.ts'

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** U+2212: lines break after a hyphen. */
const MINUS = '\u2212'

const dateOf = (day: string): string => `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`

/** "Tuesday 1 December". */
export const formatDay = (day: string): string => `${WEEKDAYS[weekdayOf(day) - 1]} ${dateOf(day)}`

/** "Tuesday 1 December 2026". */
export const formatDayWithYear = (day: string): string => `${formatDay(day)} ${day.slice(0, 4)}`

/** "Tuesday 1 December"; of another year than `now`'s, with it. */
export const formatDayFrom = (day: string, timeZone: string, now: Date): string =>
  day.slice(0, 4) === dayOf(now, timeZone).slice(0, 4) ? formatDay(day) : formatDayWithYear(day)

function offsetText(minutes: number): string {
  const hours = Math.floor(Math.abs(minutes) / 60)
  const rest = Math.round(Math.abs(minutes) % 60)
  return `GMT${minutes < 0 ? MINUS : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`
}

/** "9am", "9:30am", "midday"; where the clock shows it twice that day, with the offset: "1:30am (GMT+0)". */
export const formatTime = (instant: Date, timeZone: string): string => formatClock(wallClockOf(instant, timeZone))

/** As `formatTime`, of a clock that was looked up already. */
export function formatClock({ hour, minute, offsetMinutes, repeated }: WallClock): string {
  const shown = clockText(hour, minute)
  return repeated ? `${shown} (${offsetText(offsetMinutes)})` : shown
}

function clockText(hour: number, minute: number): string {
  if (minute === 0 && hour === 12) return 'midday'
  if (minute === 0 && hour === 0) return 'midnight'
  const minutes = minute === 0 ? '' : `:${String(minute).padStart(2, '0')}`
  return `${((hour + 11) % 12) + 1}${minutes}${hour < 12 ? 'am' : 'pm'}`
}

/** "11am to 11:50am". */
export const formatTimes = ({ start, end }: { start: Date; end: Date }, timeZone: string): string =>
  `${formatTime(start, timeZone)} to ${formatTime(end, timeZone)}`

/** The same session by another clock: "9am to 9:50am in Berlin", with the day where that is another one than in `zone`. */
export function formatTimesElsewhere(session: { start: Date; end: Date }, zone: string, elsewhere: string): string {
  const day = dayOf(session.start, elsewhere)
  const other = day === dayOf(session.start, zone) ? '' : `${formatDay(day)}, `
  return `${other}${formatTimes(session, elsewhere)} in ${cityOf(elsewhere)}`
}

/** "Berlin". Never an abbreviation: they are ambiguous, and many zones have none. */
export const cityOf = (timeZone: string): string => (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ')

/** "Berlin (GMT+1)", with the offset at that instant. */
export const formatZone = (timeZone: string, at: Date): string => formatZoneOf(timeZone, wallClockOf(at, timeZone))

/** As `formatZone`, of a clock that was looked up already. */
export const formatZoneOf = (timeZone: string, { offsetMinutes }: WallClock): string =>
  `${cityOf(timeZone)} (${offsetText(offsetMinutes)})`

/** "Tuesday 1 December, 9am"; of another year than `now`'s, with it. */
export const formatDayAndTimeFrom = (instant: Date, timeZone: string, now: Date): string =>
  `${formatDayFrom(dayOf(instant, timeZone), timeZone, now)}, ${formatTime(instant, timeZone)}`

/** "Tuesday 1 December, 9am". */
export const formatDayAndTime = (instant: Date, timeZone: string): string =>
  `${formatDay(dayOf(instant, timeZone))}, ${formatTime(instant, timeZone)}`

/** "9:14am" today, "1 December, 9:14am" on other days, "1 December 2025, 9:14am" in other years. */
export function formatMoment(instant: Date, timeZone: string, now: Date): string {
  const day = dayOf(instant, timeZone)
  const today = dayOf(now, timeZone)
  const time = formatTime(instant, timeZone)
  if (day === today) return time
  const year = day.slice(0, 4)
  return `${dateOf(day)}${year === today.slice(0, 4) ? '' : ` ${year}`}, ${time}`
}

/** Whether two zones' clocks differ at that instant. Names say nothing: Asia/Calcutta is Asia/Kolkata. */
export const clocksDiffer = (a: string, b: string, at: Date): boolean =>
  wallClockOf(at, a).offsetMinutes !== wallClockOf(at, b).offsetMinutes

/** "50 minutes". */
export const formatDuration = (minutes: number): string => `${minutes} minute${minutes === 1 ? '' : 's'}`

/** "1 session", "6 sessions". */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

/** "Ada", "Ada and Bo", "Ada, Bo and Cy". */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/** "Midday" at the start of a sentence. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** How long to wait, in words; a minute at least. */
export const waitFor = (seconds: number | undefined): string => {
  const minutes = Math.max(1, Math.ceil((seconds ?? 60) / 60))
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}
