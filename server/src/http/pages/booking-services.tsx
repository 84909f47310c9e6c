import type { VNode } from 'preact'
import type { Service, Tenant } from '../../ports/tenant-store.ts'
import { BookingDocument, Contact, stepUrl } from './booking-layout.tsx'
import { formatDuration } from './formatting.ts'
import { pageOf, useLocale } from './page-locale.tsx'

interface ServicesPage {
  readonly tenant: Tenant
  readonly services: readonly Service[]
  readonly zone: string
}

const ServicesPage = ({ tenant, services, zone }: ServicesPage): VNode => {
  const locale = useLocale()
  return (
    <BookingDocument tenant={tenant} title="What would you like to book?">
      <h1>What would you like to book?</h1>
      <ul class="days">
        {services.map((service) => (
          <li key={service.id}>
            <a href={stepUrl({ tenant, zone, service })}>
              {service.name}{' '}
              <small>{`${formatDuration(service.durationMinutes, locale)}${service.online ? ', online' : ''}`}</small>
            </a>
          </li>
        ))}
      </ul>
      <Contact tenant={tenant} />
    </BookingDocument>
  )
}

export const servicesPage = pageOf(ServicesPage)
