import type { VNode } from 'preact'
import { waitsForPeople } from '../../domain/connection-health.ts'
import { lostReceiver } from '../../domain/receiving-calendar.ts'
import type { Booking } from '../../ports/booking-store.ts'
import { isTransient } from '../../ports/calendar-failure.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import type { Texts } from '../texts/en.ts'
import { Typed } from './components.tsx'
import { EventButtons } from './event-buttons.tsx'
import { failedBecause } from './failure-words.ts'
import { formatDayAndTime } from './formatting.ts'
import { useLocale, useTexts } from './page-locale.tsx'

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
  const texts = useTexts()
  return bookings.length === 0 ? null : (
    <section aria-labelledby="attention" class="note warn">
      <h2 id="attention">{texts.unwrittenEvents.title}</h2>
      <ul>
        {bookings.map((booking) => (
          <li key={booking.id}>
            <Typed text={booking.clientName} />
            {`, ${formatDayAndTime(booking.startsAt, overview.tenant.timeZone, locale)}: ${words(booking, overview, texts)}`}
            <EventButtons booking={booking} overview={overview} csrf={csrf} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function words(
  { event: { status, failure } }: Booking,
  { features, health, connection }: CalendarOverview,
  texts: Texts,
): string {
  const { unwrittenEvents: t } = texts
  const label = features?.label ?? t.yourCalendar
  const why = failure === undefined ? '' : failedBecause(failure, features, texts)
  if (status === 'FAILED') return t.failed(label, why)
  if (waitsForPeople(health.state)) return t.waits(label)
  if (connection && lostReceiver(connection.writing.writesTo, connection.calendars) !== undefined) return t.lost
  // Not in this list: failures that end with the connection's, which is well again.
  const refused =
    failure !== undefined && !isTransient(failure) && failure !== 'reconnect' && failure !== 'admin_consent'
  return refused ? t.refused(label, why) : t.notYet(label)
}
