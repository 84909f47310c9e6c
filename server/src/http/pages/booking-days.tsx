import type { VNode } from 'preact'
import type { Locale } from '../../domain/locale.ts'
import { addDays, dayInterval, dayOf, isBefore, laterOf } from '../../domain/zoned-time.ts'
import { Answers, BookingDocument, type BookingStep, Contact, ServiceLine, stepUrl } from './booking-layout.tsx'
import { ZoneForm, ZoneLine } from './booking-time-zones.tsx'
import { Back } from './components.tsx'
import { count, formatDayAndTimeFrom, formatDayFrom, formatDuration } from './formatting.ts'
import { pageOf, useLocale } from './page-locale.tsx'

interface DaysPage extends BookingStep {
  /** First day of this list. */
  readonly from: string
  /** Last day of this list. */
  readonly last: string
  /** Last day that can be booked at all. */
  readonly horizon: string
  readonly days: readonly { readonly day: string; readonly times: number }[]
}

export const LISTED_DAYS = 14

const DaysPage = (props: DaysPage): VNode => {
  const locale = useLocale()
  const { tenant, services, zone, from, last, horizon, days, now } = props
  const at = dayInterval(from, zone).start
  const today = dayOf(now, zone)
  const earlier = addDays(from, -LISTED_DAYS)
  return (
    <BookingDocument tenant={tenant} title="Choose a day">
      {services.length > 1 && <Back href={stepUrl({ tenant, zone })}>Back</Back>}
      <h1>Choose a day</h1>
      <Answers>
        <ServiceLine {...props} />
        <ZoneLine {...props} at={at} />
        <ZoneForm {...props} at={at} fields={{ from }} />
      </Answers>
      <ul class="days">
        {days.map(({ day, times }) => (
          <li key={day} class={times === 0 ? 'full' : undefined}>
            {times === 0 ? (
              <>
                {formatDayFrom(day, zone, now, locale)} <small>No free times</small>
              </>
            ) : (
              <a href={stepUrl(props, { day })}>
                {formatDayFrom(day, zone, now, locale)} <small>{count(times, 'time')}</small>
              </a>
            )}
          </li>
        ))}
      </ul>
      <nav class="row" aria-label="Days">
        {isBefore(today, from) && <a href={stepUrl(props, { from: laterOf(earlier, today) })}>Earlier days</a>}
        {isBefore(last, horizon) && <a href={stepUrl(props, { from: addDays(last, 1) })}>Later days</a>}
      </nav>
      <Contact {...props} />
    </BookingDocument>
  )
}

export const daysPage = pageOf(DaysPage)

interface NoTimesPage extends BookingStep {
  /** Undefined for a whole list of days. */
  readonly day: string | undefined
  readonly why: 'full' | 'notice' | 'outside' | 'range' | 'past' | 'beyond'
  /** The last day that can be booked. */
  readonly until: string
  /** The first free time after these days; of a day that is past or beyond the last one, the first of all. */
  readonly next: Date | undefined
}

const NoTimesPage = (props: NoTimesPage): VNode => {
  const { tenant, zone, next, until, why, now } = props
  const locale = useLocale()
  const title = titleOf(props, locale)
  const searchesAll = why === 'past' || why === 'beyond'
  return (
    <BookingDocument tenant={tenant} title={title}>
      <Back href={stepUrl(props)}>Choose another day</Back>
      <h1>{title}</h1>
      {why === 'notice' && tenant.minimumNoticeMinutes > 0 && (
        <p>{`${tenant.name} needs ${noticeText(tenant.minimumNoticeMinutes, locale)} notice.`}</p>
      )}
      {next !== undefined && (
        <p>
          {why === 'beyond' ? 'First free: ' : 'Next free: '}
          <a href={stepUrl(props, { day: dayOf(next, zone) })}>{formatDayAndTimeFrom(next, zone, now, locale)}</a>
        </p>
      )}
      {(next === undefined || why === 'beyond') && (
        <p>
          {next === undefined && (searchesAll ? 'No times are free now. ' : 'No later times are free either. ')}
          {`${formatDayFrom(until, zone, now, locale)} is the last day that can be booked so far.`}
        </p>
      )}
      <Contact {...props} />
    </BookingDocument>
  )
}

export const noTimesPage = pageOf(NoTimesPage)

function titleOf({ day: wanted, why, zone, now, tenant }: NoTimesPage, locale: Locale): string {
  if (wanted === undefined) return 'No free times on these days'
  const day = formatDayFrom(wanted, zone, now, locale)
  switch (why) {
    case 'past':
      return `${day} is over`
    case 'beyond':
      return `${day} cannot be booked yet`
    case 'full':
      return `${day} is full`
    case 'notice':
      return tenant.minimumNoticeMinutes > 0 ? `${day} is too close now` : `There are no more times on ${day}`
    default:
      return `There are no times on ${day}`
  }
}

/** "4 hours'", "1 hour's". */
function noticeText(minutes: number, locale: Locale): string {
  const text = minutes % 60 === 0 ? count(minutes / 60, 'hour') : formatDuration(minutes, locale)
  return text.endsWith('s') ? `${text}'` : `${text}'s`
}
