import type { VNode } from 'preact'
import type { Locale } from '../../domain/locale.ts'
import { addDays, dayInterval, dayOf, isBefore, laterOf } from '../../domain/zoned-time.ts'
import type { Texts } from '../texts/en.ts'
import { Answers, BookingDocument, type BookingStep, Contact, ServiceLine, stepUrl } from './booking-layout.tsx'
import { ZoneForm, ZoneLine } from './booking-time-zones.tsx'
import { Back } from './components.tsx'
import { formatDayAndTimeFrom, formatDayFrom } from './formatting.ts'
import { pageOf, useLocale, useTexts } from './page-locale.tsx'

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
  const { bookingDays: t } = useTexts()
  const { tenant, services, zone, from, last, horizon, days, now } = props
  const between = [dayInterval(from, zone).start, dayInterval(last, zone).end] as const
  const today = dayOf(now, zone)
  const earlier = addDays(from, -LISTED_DAYS)
  return (
    <BookingDocument tenant={tenant} title={t.title}>
      {services.length > 1 && <Back href={stepUrl({ tenant, zone })}>{t.back}</Back>}
      <h1>{t.title}</h1>
      <Answers>
        <ServiceLine {...props} />
        <ZoneLine between={between} {...props} />
        <ZoneForm between={between} fields={{ from }} {...props} />
      </Answers>
      <ul class="days">
        {days.map(({ day, times }) => (
          <li key={day} class={times === 0 ? 'full' : undefined}>
            {times === 0 ? (
              <>
                {formatDayFrom(day, zone, now, locale)} <small>{t.noTimes}</small>
              </>
            ) : (
              <a href={stepUrl(props, { day })}>
                {formatDayFrom(day, zone, now, locale)} <small>{t.times(times)}</small>
              </a>
            )}
          </li>
        ))}
      </ul>
      <nav class="row" aria-label={t.days}>
        {isBefore(today, from) && <a href={stepUrl(props, { from: laterOf(earlier, today) })}>{t.earlier}</a>}
        {isBefore(last, horizon) && <a href={stepUrl(props, { from: addDays(last, 1) })}>{t.later}</a>}
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
  const { bookingDays: t } = useTexts()
  const title = titleOf(props, t.none, locale)
  const searchesAll = why === 'past' || why === 'beyond'
  return (
    <BookingDocument tenant={tenant} title={title}>
      <Back href={stepUrl(props)}>{t.anotherDay}</Back>
      <h1>{title}</h1>
      {why === 'notice' && tenant.minimumNoticeMinutes > 0 && (
        <p>{t.notice(tenant.name, tenant.minimumNoticeMinutes)}</p>
      )}
      {next !== undefined && (
        <p>
          {why === 'beyond' ? t.firstFree : t.nextFree}
          <a href={stepUrl(props, { day: dayOf(next, zone) })}>{formatDayAndTimeFrom(next, zone, now, locale)}</a>
        </p>
      )}
      {(next === undefined || why === 'beyond') && (
        <p>
          {next === undefined && `${searchesAll ? t.noneFree : t.noneLater} `}
          {t.lastDay(formatDayFrom(until, zone, now, locale))}
        </p>
      )}
      <Contact {...props} />
    </BookingDocument>
  )
}

export const noTimesPage = pageOf(NoTimesPage)

function titleOf(
  { day: wanted, why, zone, now, tenant }: NoTimesPage,
  t: Texts['bookingDays']['none'],
  locale: Locale,
): string {
  if (wanted === undefined) return t.range
  const day = formatDayFrom(wanted, zone, now, locale)
  switch (why) {
    case 'past':
    case 'beyond':
    case 'full':
      return t[why](day)
    case 'notice':
      return tenant.minimumNoticeMinutes > 0 ? t.notice(day) : t.noMore(day)
    default:
      return t.outside(day)
  }
}
