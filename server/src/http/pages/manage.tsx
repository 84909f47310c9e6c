import type { VNode } from 'preact'
import { dayOf } from '../../domain/zoned-time.ts'
import type { Booking } from '../../ports/booking-store.ts'
import type { Tenant } from '../../ports/tenant-store.ts'
import { videoOf } from './appointments.tsx'
import { PracticeName } from './booking-layout.tsx'
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

const STATES = {
  booked: { tone: 'good', title: 'Your session is booked' },
  cancelled: { tone: 'warn', title: 'Your session is cancelled' },
  past: { tone: '', title: 'This session is over' },
  too_late: { tone: 'good', title: 'Your session is booked' },
} as const

/** What the client sees after booking, and whenever she comes back. */
const ManagePage = (props: ManagePage): VNode => {
  const { state, tenant } = props
  const { tone, title } = STATES[state]
  return (
    <Document title={`${title} - ${tenant.name}`} width="steps" header={<PracticeName tenant={tenant} />}>
      <div class={`note ${tone}`}>
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
  const session = { start: booking.startsAt, end: booking.endsAt }
  const { service } = booking
  const differs = clocksDiffer(zone, tenant.timeZone, session.start)
  return (
    <Facts
      rows={[
        ['With', `${tenant.name}${service.online ? ', online' : ''}`],
        ['Session', `${service.name}, ${formatDuration(service.durationMinutes, locale)}`],
        [
          'When',
          <time key="w" datetime={session.start.toISOString()}>
            {`${formatDayWithYear(dayOf(session.start, zone), locale)}, ${formatTimes(session, zone, locale)}, ${formatZone(zone, session.start)}`}
          </time>,
        ],
        differs ? [`For ${tenant.name}`, formatTimesElsewhere(session, zone, tenant.timeZone, locale)] : undefined,
        state === 'past' || state === 'cancelled'
          ? undefined
          : videoOf(
              booking,
              <>
                <Typed text={tenant.name} /> will send you one.
              </>,
              useTexts().video,
            ),
      ]}
    />
  )
}

const NextSteps = ({ state, token, csrf, tenant }: ManagePage): VNode => {
  const contact = tenant.contactLine === undefined ? null : <p>{tenant.contactLine}</p>
  if (state === 'cancelled' || state === 'past')
    return (
      <>
        {state === 'cancelled' && <p>The time is free again for others.</p>}
        <p>
          <a class="btn" href={`/book/${tenant.slug}`}>
            Book again
          </a>
        </p>
        {contact}
      </>
    )
  return (
    <>
      <p>
        <a class="btn quiet" href={`/manage/${token}/session.ics`}>
          Add it to your calendar
        </a>
      </p>
      <p>
        {state === 'too_late'
          ? 'Save or bookmark the address of this page, to see your booking again.'
          : 'Keep this page: only here you can cancel online. Save or bookmark its address.'}
      </p>
      {state === 'too_late' ? (
        <p>{`It is too late to cancel here. Please tell ${tenant.name} if you cannot come.`}</p>
      ) : (
        <details>
          <summary>Cancel this session</summary>
          <p>The time becomes free for others at once.</p>
          <form method="post" action={`/manage/${token}/cancel`}>
            <Hidden fields={{ _csrf: csrf }} />
            <button type="submit" class="bad">
              Yes, cancel it
            </button>
          </form>
        </details>
      )}
      {contact}
    </>
  )
}

/** Unknown, mistyped and expired links look the same. */
export const unknownBookingPage = (): VNode => (
  <Document title="We cannot find this booking">
    <h1>We cannot find this booking</h1>
    <p>Check the whole address was copied.</p>
  </Document>
)
