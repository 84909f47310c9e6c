import type { VNode } from 'preact'
import { dayOf } from '../../domain/zoned-time.ts'
import type { Booking } from '../../ports/booking-store.ts'
import type { Tenant } from '../../ports/tenant-store.ts'
import { videoOf } from './appointments.tsx'
import { OwnWords, PracticeName, stepUrl } from './booking-layout.tsx'
import { Facts, Typed } from './components.tsx'
import { Hidden } from './form-fields.tsx'
import {
  clocksDiffer,
  formatDayWithYear,
  formatDuration,
  formatTimes,
  formatTimesElsewhere,
  formatZone,
} from './formatting.ts'
import { Document } from './layout.tsx'
import { pageOf, useLocale, useTexts } from './page-locale.tsx'

export interface ManagePage {
  readonly booking: Booking
  readonly tenant: Tenant
  /** The zone its times are shown in. */
  readonly zone: string
  readonly state: 'booked' | 'cancelled' | 'past' | 'too_late'
  readonly token: string
  readonly csrf: string
}

const TONES: Readonly<Record<ManagePage['state'], string>> = {
  booked: 'good',
  cancelled: 'warn',
  past: '',
  too_late: 'good',
}

/** What the client sees after booking, and whenever she comes back. */
const ManagePage = (props: ManagePage): VNode => {
  const { state, tenant } = props
  const title = useTexts().manage.states[state]
  return (
    <Document title={`${title} - ${tenant.name}`} width="steps" header={<PracticeName tenant={tenant} />}>
      <div class={`note ${TONES[state]}`}>
        <h1>{title}</h1>
      </div>
      <BookingFacts {...props} />
      <NextSteps {...props} />
    </Document>
  )
}

export const managePage = pageOf(ManagePage)

const BookingFacts = ({ booking, tenant, zone, state }: ManagePage): VNode => {
  const locale = useLocale()
  const { manage: t, bookingLayout, video } = useTexts()
  const session = { start: booking.startsAt, end: booking.endsAt }
  const { service } = booking
  const differs = clocksDiffer(zone, tenant.timeZone, session.start)
  return (
    <Facts
      rows={[
        [t.with, service.online ? bookingLayout.online(tenant.name) : tenant.name],
        [
          t.session,
          <span key="s">
            <OwnWords tenant={tenant}>{service.name}</OwnWords>
            {`, ${formatDuration(service.durationMinutes, locale)}`}
          </span>,
        ],
        [
          t.when,
          <time key="w" datetime={session.start.toISOString()}>
            {`${formatDayWithYear(dayOf(session.start, zone), locale)}, ${formatTimes(session, zone, locale)}, ${formatZone(zone, session.start)}`}
          </time>,
        ],
        differs ? [t.whenFor(tenant.name), formatTimesElsewhere(session, zone, tenant.timeZone, locale)] : undefined,
        state === 'past' || state === 'cancelled'
          ? undefined
          : videoOf(booking, t.sendsLink(<Typed text={tenant.name} />), video),
      ]}
    />
  )
}

const NextSteps = ({ state, token, csrf, tenant, zone }: ManagePage): VNode => {
  const { manage: t } = useTexts()
  // Elsewhere nobody can take the time that becomes free.
  const isOpen = !tenant.closed && !tenant.suspended
  const contact =
    tenant.contactLine === undefined ? null : (
      <p>
        <OwnWords tenant={tenant}>{tenant.contactLine}</OwnWords>
      </p>
    )
  if (state === 'cancelled' || state === 'past')
    return (
      <>
        {state === 'cancelled' && isOpen && <p>{t.freeAgain}</p>}
        {isOpen && (
          <p>
            <a class="btn" href={stepUrl({ tenant, zone })}>
              {t.bookAgain}
            </a>
          </p>
        )}
        {contact}
      </>
    )
  return (
    <>
      <p>
        <a class="btn quiet" href={`/manage/${token}/session.ics`}>
          {t.addToCalendar}
        </a>
      </p>
      <p>{state === 'too_late' ? t.keepTooLate : t.keep}</p>
      {state === 'too_late' ? (
        <p>{t.tooLate(tenant.name)}</p>
      ) : (
        <details>
          <summary>{t.cancel}</summary>
          {isOpen && <p>{t.cancelText}</p>}
          <form method="post" action={`/manage/${token}/cancel`}>
            <Hidden fields={{ _csrf: csrf, zone: zone === tenant.timeZone ? undefined : zone }} />
            <button type="submit" class="bad">
              {t.cancelNow}
            </button>
          </form>
        </details>
      )}
      {contact}
    </>
  )
}

const UnknownBookingPage = (): VNode => {
  const t = useTexts().manage.unknown
  return (
    <Document title={t.title}>
      <h1>{t.title}</h1>
      <p>{t.text}</p>
    </Document>
  )
}

/** Unknown, mistyped and expired links look the same. */
export const unknownBookingPage = (): VNode => <UnknownBookingPage />
