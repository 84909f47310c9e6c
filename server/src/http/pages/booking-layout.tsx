import type { ComponentChildren, VNode } from 'preact'
import type { Service, Tenant } from '../../ports/tenant-store.ts'
import { formatDuration } from './formatting.ts'
import { Document } from './layout.tsx'
import { useLocale, useOwnLanguage, useTexts } from './page-locale.tsx'

export interface BookingStep {
  readonly tenant: Tenant
  readonly services: readonly Service[]
  readonly service: Service
  readonly zone: string
  readonly now: Date
}

export const BookingDocument = ({
  tenant,
  title,
  wrong,
  children,
}: {
  readonly tenant: Tenant
  readonly title: string
  readonly wrong?: boolean
  readonly children: ComponentChildren
}): VNode => (
  <Document title={`${title} - ${tenant.name}`} wrong={wrong} width="steps" header={<PracticeName tenant={tenant} />}>
    {children}
  </Document>
)

/** Whose page this is, and the way back to its beginning. */
export const PracticeName = ({ tenant }: Pick<BookingStep, 'tenant'>): VNode => (
  <p>
    <a href={`/book/${encodeURIComponent(tenant.slug)}`} lang={useOwnLanguage(tenant)}>
      {tenant.name}
    </a>
  </p>
)

/** What has been chosen so far. */
export const Answers = ({ children }: { readonly children: ComponentChildren }): VNode => {
  const { bookingLayout: t } = useTexts()
  return (
    <section class="answers" aria-label={t.choices}>
      {children}
    </section>
  )
}

/** A step of the booking, as an address. */
export function stepUrl(
  { tenant, service, zone }: Pick<BookingStep, 'tenant' | 'zone'> & { readonly service?: Service },
  more: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams()
  if (service !== undefined) query.set('service', service.id)
  if (zone !== tenant.timeZone) query.set('zone', zone)
  for (const [name, value] of Object.entries(more)) query.set(name, value)
  return `/book/${encodeURIComponent(tenant.slug)}${query.size === 0 ? '' : `?${query}`}`
}

export const ServiceLine = ({ service, tenant }: Pick<BookingStep, 'service' | 'tenant'>): VNode => {
  const locale = useLocale()
  const { bookingLayout: t } = useTexts()
  const session = `${service.name}, ${formatDuration(service.durationMinutes, locale)}`
  return <p>{t.sessionWith(session, tenant.name, service.online)}</p>
}

/** How else to reach the therapist, in her own words. */
export const Contact = ({ tenant }: Pick<BookingStep, 'tenant'>): VNode | null =>
  tenant.contactLine === undefined ? null : (
    <p class="hint">
      <OwnWords tenant={tenant}>{tenant.contactLine}</OwnWords>
    </p>
  )

/** What the practice wrote, in its own language. */
export const OwnWords = ({
  tenant,
  children,
}: Pick<BookingStep, 'tenant'> & { readonly children: ComponentChildren }): ComponentChildren => {
  const lang = useOwnLanguage(tenant)
  return lang === undefined ? children : <span lang={lang}>{children}</span>
}
