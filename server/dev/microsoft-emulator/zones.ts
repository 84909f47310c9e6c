import { Temporal } from 'temporal-polyfill'
import { findIana, WINDOWS_TO_IANA_MAP } from 'windows-iana'

// The "additional time zones" of learn.microsoft.com/graph/api/resources/datetimetimezone: all other IANA names are refused.
const ADDITIONAL = new Set(
  `Etc/GMT+12 Etc/GMT+11 Pacific/Honolulu America/Anchorage America/Santa_Isabel America/Los_Angeles America/Phoenix
  America/Chihuahua America/Denver America/Guatemala America/Chicago America/Mexico_City America/Regina America/Bogota
  America/New_York America/Indiana/Indianapolis America/Caracas America/Asuncion America/Halifax America/Cuiaba
  America/La_Paz America/Santiago America/St_Johns America/Sao_Paulo America/Argentina/Buenos_Aires America/Cayenne
  America/Godthab America/Montevideo America/Bahia Etc/GMT+2 Atlantic/Azores Atlantic/Cape_Verde Africa/Casablanca
  Etc/GMT Europe/London Atlantic/Reykjavik Europe/Berlin Europe/Budapest Europe/Paris Europe/Warsaw Africa/Lagos
  Africa/Windhoek Europe/Bucharest Asia/Beirut Africa/Cairo Asia/Damascus Africa/Johannesburg Europe/Kiev
  Europe/Istanbul Asia/Jerusalem Asia/Amman Asia/Baghdad Europe/Kaliningrad Asia/Riyadh Africa/Nairobi Asia/Tehran
  Asia/Dubai Asia/Baku Europe/Moscow Indian/Mauritius Asia/Tbilisi Asia/Yerevan Asia/Kabul Asia/Karachi Asia/Tashkent
  Asia/Kolkata Asia/Colombo Asia/Kathmandu Asia/Almaty Asia/Dhaka Asia/Yekaterinburg Asia/Rangoon Asia/Bangkok
  Asia/Novosibirsk Asia/Shanghai Asia/Krasnoyarsk Asia/Singapore Australia/Perth Asia/Taipei Asia/Ulaanbaatar
  Asia/Irkutsk Asia/Tokyo Asia/Seoul Australia/Adelaide Australia/Darwin Australia/Brisbane Australia/Sydney
  Pacific/Port_Moresby Australia/Hobart Asia/Yakutsk Pacific/Guadalcanal Asia/Vladivostok Pacific/Auckland Etc/GMT-12
  Pacific/Fiji Asia/Magadan Pacific/Tongatapu Pacific/Apia Pacific/Kiritimati`.split(/\s+/),
)
const WINDOWS = new Set(WINDOWS_TO_IANA_MAP.map((zone) => String(zone.windowsName)))

const resolved = new Map<string, string | undefined>()

/** The IANA zone behind a name that Graph accepts (Windows, or one of its listed IANA names); else `undefined`. */
export function graphZone(name: string): string | undefined {
  if (name === 'UTC' || name === 'tzone://Microsoft/Utc') return 'UTC'
  if (!resolved.has(name))
    resolved.set(name, WINDOWS.has(name) ? findIana(name)[0] : ADDITIONAL.has(name) ? name : undefined)
  return resolved.get(name)
}

/** Any zone name that a test may seed with; a name nobody knows is the test's mistake. */
export function anyZone(name: string): string {
  return graphZone(name) ?? new Temporal.ZonedDateTime(0n, name).timeZoneId
}

interface Span {
  readonly from: number
  readonly to: number
  readonly offset: number
}

const spans = new Map<string, Span[]>()

/** Milliseconds to add to an instant to get the wall clock. Spans between two clock changes are kept: benches ask often. */
export function offsetAt(iana: string, instant: number): number {
  if (iana === 'UTC') return 0
  const known = spans.get(iana) ?? []
  const hit = known.find((span) => instant >= span.from && instant < span.to)
  if (hit) return hit.offset
  const here = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(iana)
  const before = here.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')
  const after = here.getTimeZoneTransition('next')
  const span = {
    from: before?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    to: after?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset: here.offsetNanoseconds / 1e6,
  }
  spans.set(iana, [...known, span])
  return span.offset
}

/** `YYYY-MM-DDTHH:MM[:SS]` on the zone's wall clock → instant in ms; in a gap the later reading, in an overlap the earlier. */
export function instantOf(wall: string, iana: string): number {
  const asUtc = Date.parse(`${wall.slice(0, 19)}Z`)
  if (Number.isNaN(asUtc)) throw new RangeError(`not a local date and time: ${wall}`)
  const offset = offsetAt(iana, asUtc - 864e5)
  if (offset === offsetAt(iana, asUtc + 864e5)) return asUtc - offset
  return Temporal.PlainDateTime.from(wall.slice(0, 19)).toZonedDateTime(iana).epochMilliseconds
}

/** `YYYY-MM-DDTHH:MM:SS` on the zone's wall clock. */
export const wallOf = (instant: number, iana: string): string =>
  new Date(instant + offsetAt(iana, instant)).toISOString().slice(0, 19)

const written = new Map<string, Map<number, string>>()
const KEPT = 20_000

/** As Graph writes it: seven fractional digits, no offset. Kept per zone, for benches read the same events over and over. */
export function graphDateTime(instant: number, iana: string): string {
  let zone = written.get(iana)
  if (!zone || zone.size > KEPT) {
    zone = new Map()
    written.set(iana, zone)
  }
  let text = zone.get(instant)
  if (text === undefined) {
    text = `${new Date(instant + offsetAt(iana, instant)).toISOString().slice(0, 23)}0000`
    zone.set(instant, text)
  }
  return text
}
