import type { VNode } from 'preact'
import type { Service, Tenant } from '../../ports/tenant-store.ts'
import { BookingDocument, Contact, OwnWords, stepUrl } from './booking-layout.tsx'
import { formatDuration } from './formatting.ts'
import { pageOf, useLocale, useTexts } from './page-locale.tsx'

interface ServicesPage {
  readonly tenant: Tenant
  readonly services: readonly Service[]
  readonly zone: string
}

const ServicesPage = ({ tenant, services, zone }: ServicesPage): VNode => {
  const locale = useLocale()
  const { bookingServices: t, bookingLayout } = useTexts()
  const lengthOf = ({ durationMinutes, online }: Service): string => {
    const duration = formatDuration(durationMinutes, locale)
    return online ? bookingLayout.online(duration) : duration
  }
  return (
    <BookingDocument tenant={tenant} title={t.title}>
      <h1>{t.title}</h1>
      <ul class="days">
        {services.map((service) => (
          <li key={service.id}>
            <a href={stepUrl({ tenant, zone, service })}>
              <OwnWords tenant={tenant}>{service.name}</OwnWords> <small>{lengthOf(service)}</small>
            </a>
          </li>
        ))}
      </ul>
      <Contact tenant={tenant} />
    </BookingDocument>
  )
}

export const servicesPage = pageOf(ServicesPage)
