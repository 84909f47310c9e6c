import type { VNode } from 'preact'
import type { Tenant } from '../../ports/tenant-store.ts'
import { BookingDocument, type BookingStep, OwnWords, ServiceLine, stepUrl } from './booking-layout.tsx'
import { Back } from './components.tsx'
import { formatDayFrom } from './formatting.ts'
import { pageOf, useLocale, useTexts } from './page-locale.tsx'

/** How else to come by a session: here it is the answer, and no hint. */
const ContactLine = ({ tenant }: Pick<BookingStep, 'tenant'>): VNode | null =>
  tenant.contactLine === undefined ? null : (
    <p>
      <OwnWords tenant={tenant}>{tenant.contactLine}</OwnWords>
    </p>
  )

/** The calendar cannot be read until somebody mends it: trying again in a minute would not help. */
export const closedForNowPage = pageOf(({ tenant }: { readonly tenant: Tenant }): VNode => {
  const { bookingClosed: t } = useTexts()
  return (
    <BookingDocument tenant={tenant} title={t.closed}>
      <h1>{t.closed}</h1>
      <p>{t.closedText(tenant.name)}</p>
      <ContactLine tenant={tenant} />
    </BookingDocument>
  )
})

/** The practice takes no bookings any more. What was booked stands, unless it was cancelled. */
export const noLongerBookablePage = pageOf(({ tenant }: { readonly tenant: Tenant }): VNode => {
  const { bookingClosed: t } = useTexts()
  return (
    <BookingDocument tenant={tenant} title={t.noLonger}>
      <h1>{t.noLonger}</h1>
      <p>{t.noLongerText}</p>
      <ContactLine tenant={tenant} />
    </BookingDocument>
  )
})

interface NothingFreePage extends BookingStep {
  /** `no_hours`: no hours are set, or none in which the service fits; so nothing was ever offered. */
  readonly why: 'full' | 'no_hours'
  /** The last day that can be booked. */
  readonly until: string
}

/** No time is free from today to the last day that can be booked. */
export const nothingFreePage = pageOf((props: NothingFreePage): VNode => {
  const { bookingClosed: t } = useTexts()
  const locale = useLocale()
  const { tenant, services, zone, now, why, until } = props
  const title = why === 'full' ? t.full(formatDayFrom(until, zone, now, locale)) : t.noHours
  return (
    <BookingDocument tenant={tenant} title={title}>
      {services.length > 1 && <Back href={stepUrl({ tenant, zone })}>{t.otherServices}</Back>}
      <h1>{title}</h1>
      <ServiceLine {...props} />
      <p>{why === 'full' ? t.fullText : t.noHoursText(tenant.name)}</p>
      <ContactLine tenant={tenant} />
    </BookingDocument>
  )
})
