import type { VNode } from 'preact'
import type { Interval } from '../../domain/interval.ts'
import type { Service, Tenant } from '../../ports/tenant-store.ts'
import { Contact } from './booking-days.tsx'
import {
  Answers,
  BookingDocument,
  type BookingStep,
  pageClocks,
  ServiceLine,
  stepUrl,
  TimeLabel,
  ZoneForm,
  ZoneLine,
} from './booking-frame.tsx'
import { formatDay, formatDuration } from './formatting.ts'
import { Back, Hidden } from './forms.tsx'

export const servicesPage = ({
  tenant,
  services,
  zone,
}: {
  readonly tenant: Tenant
  readonly services: readonly Service[]
  readonly zone: string
}): VNode => (
  <BookingDocument tenant={tenant} title="What would you like to book?">
    <h1>What would you like to book?</h1>
    <ul class="days">
      {services.map((service) => (
        <li key={service.id}>
          <a href={stepUrl({ tenant, zone, service })}>
            {service.name}{' '}
            <small>{`${formatDuration(service.durationMinutes)}${service.online ? ', online' : ''}`}</small>
          </a>
        </li>
      ))}
    </ul>
    <Contact tenant={tenant} />
  </BookingDocument>
)

export interface TimesPage extends BookingStep {
  readonly day: string
  /** At least one. */
  readonly slots: readonly Interval[]
}

export const timesPage = (props: TimesPage): VNode => {
  const { tenant, service, zone, day, slots, now } = props
  const at = slots[0]?.start ?? now
  const clocks = pageClocks(props)
  return (
    <BookingDocument tenant={tenant} title="Choose a time">
      <Back href={stepUrl(props, { from: day })}>Choose another day</Back>
      <h1>{`Choose a time on ${formatDay(day)}`}</h1>
      <Answers>
        <ServiceLine {...props} />
        <ZoneLine {...props} at={at} below />
        <ZoneForm {...props} at={at} fields={{ day }} />
      </Answers>
      <form method="get" action={`/book/${encodeURIComponent(tenant.slug)}`}>
        <Hidden fields={{ service: service.id, zone: zone === tenant.timeZone ? undefined : zone }} />
        <ul class="slots">
          {slots.map(({ start }) => (
            <li key={start.toISOString()}>
              <button type="submit" name="start" value={start.toISOString()}>
                <TimeLabel start={start} tenant={tenant} zone={zone} clocks={clocks} />
              </button>
            </li>
          ))}
        </ul>
      </form>
    </BookingDocument>
  )
}
