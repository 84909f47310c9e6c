import type { VNode } from 'preact'
import { addDays, dayInterval, dayOf, isBefore, laterOf } from '../../domain/zoned-time.ts'
import { Answers, BookingDocument, type BookingStep, Contact, ServiceLine, stepUrl } from './booking-layout.tsx'
import { ZoneForm, ZoneLine } from './booking-time-zones.tsx'
import { Back } from './components.tsx'
import { count, formatDay, formatDayAndTime, formatDuration } from './formatting.ts'

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

export const daysPage = (props: DaysPage): VNode => {
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
                {formatDay(day)} <small>No free times</small>
              </>
            ) : (
              <a href={stepUrl(props, { day })}>
                {formatDay(day)} <small>{count(times, 'time')}</small>
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

interface NoTimesPage extends BookingStep {
  /** Undefined for a whole list of days. */
  readonly day: string | undefined
  readonly why: 'full' | 'notice' | 'outside' | 'range'
  readonly until: string
  readonly next: Date | undefined
}

export const noTimesPage = (props: NoTimesPage): VNode => {
  const { tenant, zone, next, until } = props
  const title = titleOf(props)
  return (
    <BookingDocument tenant={tenant} title={title}>
      <Back href={stepUrl(props)}>Choose another day</Back>
      <h1>{title}</h1>
      {props.why === 'notice' && <p>{`${tenant.name} needs ${noticeText(tenant.minimumNoticeMinutes)} notice.`}</p>}
      {next === undefined ? (
        <p>{`No free times until ${formatDay(until)}.`}</p>
      ) : (
        <p>
          {'Next free: '}
          <a href={stepUrl(props, { day: dayOf(next, zone) })}>{formatDayAndTime(next, zone)}</a>
        </p>
      )}
      <Contact {...props} />
    </BookingDocument>
  )
}

function titleOf({ day, why }: NoTimesPage): string {
  if (day === undefined) return 'No free times on these days'
  if (why === 'full') return `${formatDay(day)} is full`
  return why === 'notice' ? `${formatDay(day)} is too close now` : `There are no times on ${formatDay(day)}`
}

/** "4 hours'". */
function noticeText(minutes: number): string {
  if (minutes % 60 !== 0) return `${formatDuration(minutes)}'`
  return minutes === 60 ? "1 hour's" : `${minutes / 60} hours'`
}
