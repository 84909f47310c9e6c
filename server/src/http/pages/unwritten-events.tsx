import type { VNode } from 'preact'
import { waitsForPeople } from '../../domain/connection-health.ts'
import type { Booking } from '../../ports/booking-store.ts'
import { isTransient } from '../../ports/calendar-failure.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import { Typed } from './components.tsx'
import { EventButtons } from './event-buttons.tsx'
import { failedBecause } from './failure-words.ts'
import { formatDayAndTime } from './formatting.ts'
import { useLocale } from './page-locale.tsx'

export const isUnwritten = ({ status, event }: Booking): boolean =>
  status === 'CONFIRMED' && (event.status === 'PENDING' || event.status === 'FAILED')

interface Props {
  /** Soonest first. */
  readonly bookings: readonly Booking[]
  readonly overview: CalendarOverview
  readonly csrf: string
}

/** Sessions whose entry is not in the therapist's calendar, although it should be. */
export const UnwrittenEvents = ({ bookings, overview, csrf }: Props): VNode | null => {
  const locale = useLocale()
  return bookings.length === 0 ? null : (
    <section aria-labelledby="attention" class="note warn">
      <h2 id="attention">Not yet in your calendar</h2>
      <ul>
        {bookings.map((booking) => (
          <li key={booking.id}>
            <Typed text={booking.clientName} />
            {`, ${formatDayAndTime(booking.startsAt, overview.tenant.timeZone, locale)}: ${words(booking, overview)}`}
            <EventButtons booking={booking} overview={overview} csrf={csrf} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function words({ event: { status, failure } }: Booking, { features, health }: CalendarOverview): string {
  const label = features?.label ?? 'your calendar'
  const why = failure === undefined ? '' : failedBecause(failure, features)
  if (status === 'FAILED') return `could not be written to ${label}. ${why} Try again, or add it there yourself.`
  if (waitsForPeople(health.state)) return `not yet in ${label}. We write it once your calendar is connected again.`
  // Not in this list: failures that end with the connection's, which is well again.
  const refused =
    failure !== undefined && !isTransient(failure) && failure !== 'reconnect' && failure !== 'admin_consent'
  return refused ? `could not be written to ${label}. ${why} We keep trying.` : `not yet in ${label}. We keep trying.`
}
