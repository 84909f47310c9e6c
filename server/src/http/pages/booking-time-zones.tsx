import type { VNode } from 'preact'
import { isoTexts, wallClockOf } from '../../domain/zoned-time.ts'
import type { BookingStep } from './booking-layout.tsx'
import { Hidden } from './form-fields.tsx'
import { cityOf, clocksDiffer, formatClock, formatDay, formatZone, formatZoneOf } from './formatting.ts'
import { useLocale, useTexts } from './page-locale.tsx'

interface ZoneParts extends Omit<BookingStep, 'services' | 'now'> {
  /** Between which the page's times lie. */
  readonly between: readonly [first: Date, last: Date]
}

/** The zone of the page's times; the therapist's, too, where its clock differs at any of them. */
export const ZoneLine = ({
  tenant,
  service,
  zone,
  between,
  below,
}: ZoneParts & {
  /** The page shows the therapist's time below each time. */
  readonly below?: boolean
}): VNode => {
  const { bookingTimeZones: t } = useTexts()
  const own = formatZone(tenant.timeZone, ...between)
  if (!service.online) return <p>{t.timesWhereYouMeet(own)}</p>
  const differs = between.some((at) => clocksDiffer(zone, tenant.timeZone, at))
  return (
    <p>
      {t.timesIn(formatZone(zone, ...between))}
      {differs && ` ${below ? t.worksInBelow(tenant.name, own) : t.worksIn(tenant.name, own)}`}
    </p>
  )
}

/**
 * The page's buttons with a time, as items of a list; day and zone are hidden text in them, for screen readers. Not a component: a
 * page may have a hundred.
 */
export function useTimeButtons(
  { zone, tenant }: Pick<BookingStep, 'tenant' | 'zone'>,
  { withDay = false } = {},
): (start: Date) => VNode {
  const locale = useLocale()
  const { bookingTimeZones: t } = useTexts()
  const isoText = isoTexts()
  return (start) => {
    const value = isoText(start)
    const shown = wallClockOf(start, zone)
    const own = zone === tenant.timeZone ? shown : wallClockOf(start, tenant.timeZone)
    const day = formatDay(shown.day, locale)
    const inZone = formatZoneOf(zone, shown)
    const ownDay = own.day === shown.day ? '' : `${formatDay(own.day, locale)}, `
    return (
      <li key={value}>
        <button type="submit" name="start" value={value}>
          {withDay ? `${day}, ${formatClock(shown, locale)}` : formatClock(shown, locale)}
          <span class="vh">{withDay ? t.inZone(inZone) : t.onDayIn(day, inZone)}</span>
          {shown.offsetMinutes !== own.offsetMinutes && (
            <small>{t.timeFor(`${ownDay}${formatClock(own, locale)}`, tenant.name)}</small>
          )}
        </button>
      </li>
    )
  }
}

// A well-known city for each offset that many people live by; the therapist's zone and the chosen one are added.
const ZONES = [
  'Pacific/Honolulu',
  'America/Anchorage',
  'America/Los_Angeles',
  'America/Denver',
  'America/Chicago',
  'America/Mexico_City',
  'America/New_York',
  'America/Halifax',
  'America/Sao_Paulo',
  'Atlantic/Azores',
  'Europe/London',
  'Europe/Lisbon',
  'Europe/Berlin',
  'Europe/Paris',
  'Europe/Athens',
  'Africa/Lagos',
  'Africa/Johannesburg',
  'Europe/Istanbul',
  'Africa/Nairobi',
  'Asia/Dubai',
  'Asia/Karachi',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Dhaka',
  'Asia/Bangkok',
  'Asia/Singapore',
  'Asia/Shanghai',
  'Australia/Perth',
  'Asia/Tokyo',
  'Australia/Adelaide',
  'Australia/Sydney',
  'Pacific/Auckland',
]

/** Another zone, chosen by hand: a server cannot know where the client is. */
export const ZoneForm = ({
  tenant,
  service,
  zone,
  between,
  fields,
}: ZoneParts & {
  readonly fields: Readonly<Record<string, string>>
}): VNode | null => {
  const { bookingTimeZones: t } = useTexts()
  if (!service.online) return null
  const zones = [...new Set([zone, tenant.timeZone, ...ZONES])].sort((a, b) => cityOf(a).localeCompare(cityOf(b), 'en'))
  return (
    <form method="get" action={`/book/${encodeURIComponent(tenant.slug)}`}>
      <Hidden fields={{ service: service.id, ...fields }} />
      <label for="zone">{t.show}</label>
      <div class="row">
        <select id="zone" name="zone">
          {zones.map((name) => (
            <option key={name} value={name} selected={name === zone}>
              {formatZone(name, ...between)}
            </option>
          ))}
        </select>
        <button type="submit" class="quiet">
          {t.change}
        </button>
      </div>
    </form>
  )
}
