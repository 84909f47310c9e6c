import type { Language, Locale } from '../../domain/locale.ts'
import { dayOf, type WallClock, wallClockOf } from '../../domain/zoned-time.ts'
import { textsOf } from '../texts/texts.ts'

/** Made once: an `Intl` object takes longer to make than a page to render. */
const intlOf = (tag: string) => ({
  /** "Tuesday 1 December". Days are read as UTC, so the clock of no zone shifts them. */
  day: new Intl.DateTimeFormat(tag, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }),
  date: new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long', timeZone: 'UTC' }),
  /** "Tue 1 Dec". */
  shortDay: new Intl.DateTimeFormat(tag, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }),
  weekday: new Intl.DateTimeFormat(tag, { weekday: 'long', timeZone: 'UTC' }),
  list: new Intl.ListFormat(tag, { type: 'conjunction' }),
})

/** The tag of each language (BCP 47), as `lang` and `Content-Language` give it. */
export const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de' }

const INTL: Readonly<Record<Language, ReturnType<typeof intlOf>>> = {
  en: intlOf(LANGUAGE_TAGS.en),
  de: intlOf(LANGUAGE_TAGS.de),
}

/** U+2212: lines break after a hyphen. */
const MINUS = '\u2212'

const asUtc = (day: string): Date => new Date(`${day}T00:00:00Z`)

const yearOf = (day: string): string => day.slice(0, 4)

/** By language and day: pages name the same few again and again. */
const DAYS: Readonly<Record<Language, Map<string, string>>> = { en: new Map(), de: new Map() }
const MAX_DAYS = 1_000

/** "Tuesday 1 December". */
export function formatDay(day: string, { language }: Locale): string {
  const known = DAYS[language]
  let text = known.get(day)
  if (text === undefined) {
    text = INTL[language].day.format(asUtc(day))
    if (known.size >= MAX_DAYS) known.clear()
    known.set(day, text)
  }
  return text
}

/** "Tue 1 Dec". */
export const formatShortDay = (day: string, { language }: Locale): string => INTL[language].shortDay.format(asUtc(day))

/** "Monday" of 1, "Sunday" of 7. */
export const formatWeekday = (weekday: number, { language }: Locale): string =>
  // 1 January 2001 was a Monday.
  INTL[language].weekday.format(new Date(Date.UTC(2001, 0, weekday)))

/** "Tuesday 1 December 2026". */
export const formatDayWithYear = (day: string, locale: Locale): string => `${formatDay(day, locale)} ${yearOf(day)}`

/** "Tuesday 1 December"; of another year than `now`'s, with it. */
export const formatDayFrom = (day: string, timeZone: string, now: Date, locale: Locale): string =>
  yearOf(day) === yearOf(dayOf(now, timeZone)) ? formatDay(day, locale) : formatDayWithYear(day, locale)

function offsetText(minutes: number): string {
  const hours = Math.floor(Math.abs(minutes) / 60)
  const rest = Math.round(Math.abs(minutes) % 60)
  return `GMT${minutes < 0 ? MINUS : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`
}

/** "9am", "9:30am", "midday", or "09:00"; where the clock shows it twice that day, with the offset: "1:30am (GMT+0)". */
export const formatTime = (instant: Date, timeZone: string, locale: Locale): string => {
  const clock = wallClockOf(instant, timeZone)
  return which(textsOf(locale).formats.time(clockText(clock, locale)), clock)
}

/** As `formatTime`, of a clock that was looked up already, and without a word for the hour: for a button or a table. */
export const formatClock = (clock: WallClock, locale: Locale): string => which(clockText(clock, locale), clock)

/** As `formatClock`, of minutes since midnight; the midnight at the end of a day is 24:00. */
export const formatMinute = (minutes: number, locale: Locale): string => {
  const hour = Math.floor(minutes / 60)
  return clockText({ hour: locale.clock === '24h' ? hour : hour % 24, minute: minutes % 60 }, locale)
}

const which = (shown: string, { repeated, offsetMinutes }: WallClock): string =>
  repeated ? `${shown} (${offsetText(offsetMinutes)})` : shown

const twoDigits = (value: number): string => String(value).padStart(2, '0')

function clockText({ hour, minute }: Pick<WallClock, 'hour' | 'minute'>, { clock }: Locale): string {
  if (clock === '24h') return `${twoDigits(hour)}:${twoDigits(minute)}`
  if (minute === 0 && hour === 12) return 'midday'
  if (minute === 0 && hour === 0) return 'midnight'
  const minutes = minute === 0 ? '' : `:${twoDigits(minute)}`
  return `${((hour + 11) % 12) + 1}${minutes}${hour < 12 ? 'am' : 'pm'}`
}

/** "11am to 11:50am". */
export const formatTimes = ({ start, end }: { start: Date; end: Date }, timeZone: string, locale: Locale): string =>
  textsOf(locale).formats.times(formatClock(wallClockOf(start, timeZone), locale), formatTime(end, timeZone, locale))

/** The same session by another clock: "9am to 9:50am in Berlin", with the day where that is another one than in `zone`. */
export function formatTimesElsewhere(
  session: { start: Date; end: Date },
  zone: string,
  elsewhere: string,
  locale: Locale,
): string {
  const day = dayOf(session.start, elsewhere)
  const other = day === dayOf(session.start, zone) ? '' : `${formatDay(day, locale)}, `
  return `${other}${textsOf(locale).formats.timesIn(formatTimes(session, elsewhere, locale), cityOf(elsewhere))}`
}

/**
 * "Berlin". Never an abbreviation: they are ambiguous, and many zones have none. The city is the zone's own name in every
 * language: of a zone, `Intl` has the names of its time and often of its country ("Nepal (Ortszeit)"), seldom of its city.
 */
export const cityOf = (timeZone: string): string => timeZone.slice(timeZone.lastIndexOf('/') + 1).replaceAll('_', ' ')

/** "Berlin (GMT+1)", with the offset at that instant; "Berlin" of several that have not all the same. */
export function formatZone(timeZone: string, at: Date, ...others: readonly Date[]): string {
  const clock = wallClockOf(at, timeZone)
  const isSame = others.every((other) => wallClockOf(other, timeZone).offsetMinutes === clock.offsetMinutes)
  return isSame ? formatZoneOf(timeZone, clock) : cityOf(timeZone)
}

/** As `formatZone`, of a clock that was looked up already. */
export const formatZoneOf = (timeZone: string, { offsetMinutes }: Pick<WallClock, 'offsetMinutes'>): string =>
  `${cityOf(timeZone)} (${offsetText(offsetMinutes)})`

/** "Tuesday 1 December, 9am"; of another year than `now`'s, with it. */
export const formatDayAndTimeFrom = (instant: Date, timeZone: string, now: Date, locale: Locale): string =>
  `${formatDayFrom(dayOf(instant, timeZone), timeZone, now, locale)}, ${formatTime(instant, timeZone, locale)}`

/** "Tuesday 1 December, 9am". */
export const formatDayAndTime = (instant: Date, timeZone: string, locale: Locale): string =>
  `${formatDay(dayOf(instant, timeZone), locale)}, ${formatTime(instant, timeZone, locale)}`

/** "9:14am" today, "1 December, 9:14am" on other days, "1 December 2025, 9:14am" in other years. */
export function formatMoment(instant: Date, timeZone: string, now: Date, locale: Locale): string {
  const day = dayOf(instant, timeZone)
  const today = dayOf(now, timeZone)
  const time = formatTime(instant, timeZone, locale)
  if (day === today) return time
  const year = yearOf(day) === yearOf(today) ? '' : ` ${yearOf(day)}`
  return `${INTL[locale.language].date.format(asUtc(day))}${year}, ${time}`
}

/** Whether two zones' clocks differ at that instant. Names say nothing: Asia/Calcutta is Asia/Kolkata. */
export const clocksDiffer = (a: string, b: string, at: Date): boolean =>
  wallClockOf(at, a).offsetMinutes !== wallClockOf(at, b).offsetMinutes

/** "50 minutes". */
export const formatDuration = (minutes: number, locale: Locale): string => textsOf(locale).formats.duration(minutes)

/** "Ada", "Ada and Bo", "Ada, Bo and Cy". */
export const listed = (words: readonly string[], { language }: Locale): string => INTL[language].list.format(words)

/** "Midday" at the start of a sentence. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** How long to wait, in words; a minute at least. */
export const waitFor = (seconds: number | undefined, locale: Locale): string =>
  textsOf(locale).formats.wait(Math.max(1, Math.ceil((seconds ?? 60) / 60)))

/** English alone, for pages whose words are not in texts/ yet: "1 session", "6 sessions". */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`
