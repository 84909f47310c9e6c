import type { VNode } from 'preact'
import type { Interval } from '../../domain/interval.ts'
import { Answers, BookingDocument, type BookingStep, ServiceLine, stepUrl } from './booking-layout.tsx'
import { useTimeButtons, ZoneForm, ZoneLine } from './booking-time-zones.tsx'
import { Back } from './components.tsx'
import { Hidden } from './form-fields.tsx'
import { formatDayFrom } from './formatting.ts'
import { pageOf, useLocale, useTexts } from './page-locale.tsx'

interface TimesPage extends BookingStep {
  readonly day: string
  /** At least one. */
  readonly slots: readonly Interval[]
}

const TimesPage = (props: TimesPage): VNode => {
  const { tenant, service, zone, day, slots, now } = props
  const between = [slots[0]?.start ?? now, slots.at(-1)?.start ?? now] as const
  const locale = useLocale()
  const { bookingTimes: t } = useTexts()
  const buttonOf = useTimeButtons(props)
  return (
    <BookingDocument tenant={tenant} title={t.title}>
      <Back href={stepUrl(props, { from: day })}>{t.anotherDay}</Back>
      <h1>{t.heading(formatDayFrom(day, zone, now, locale))}</h1>
      <Answers>
        <ServiceLine {...props} />
        <ZoneLine between={between} below {...props} />
        <ZoneForm between={between} fields={{ day }} {...props} />
      </Answers>
      <form method="get" action={`/book/${encodeURIComponent(tenant.slug)}`}>
        <Hidden fields={{ service: service.id, zone: zone === tenant.timeZone ? undefined : zone }} />
        <ul class="slots">{slots.map(({ start }) => buttonOf(start))}</ul>
      </form>
    </BookingDocument>
  )
}

export const timesPage = pageOf(TimesPage)
