import type { VNode } from 'preact'
import { waitsForPeople } from '../../domain/connection-health.ts'
import type { UnremovedEvent } from '../../ports/booking-store.ts'
import type { CalendarFeatures } from '../../ports/calendar-binding.ts'
import { isTransient } from '../../ports/calendar-provider.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import { Typed } from './components.tsx'
import { givenUpBecause } from './failure-words.ts'
import { formatDayAndTime } from './formatting.ts'

interface Props {
  /** Soonest first. */
  readonly unremoved: readonly UnremovedEvent[]
  /** There are more than these. */
  readonly more: boolean
  readonly overview: CalendarOverview
}

/** Cancelled sessions whose entry may still stand in a calendar. */
export const UnremovedEvents = ({ unremoved, more, overview }: Props): VNode | null =>
  unremoved.length === 0 ? null : (
    <section aria-labelledby="unremoved" class="note warn">
      <h2 id="unremoved">Cancelled, and perhaps still in your calendar</h2>
      <p>An entry that still stands can keep its time from being offered to clients.</p>
      <ul>
        {unremoved.map((one) => (
          <li key={one.booking.id}>
            <Typed text={one.booking.clientName} />
            {`, ${formatDayAndTime(one.booking.startsAt, overview.tenant.timeZone)}: ${words(one, overview)}`}
          </li>
        ))}
        {more && <li>There are more of them: the latest are shown.</li>}
      </ul>
    </section>
  )

/** What is known of the entry, and what to do. She may have removed it meanwhile, so nothing says that it is there. */
function words({ booking: { event }, provider }: UnremovedEvent, overview: CalendarOverview): string {
  const features = overview.providers.find(({ type }) => type === provider)?.features
  const label = features?.label ?? 'your calendar'
  if (event.status === 'REMOVING')
    return waitsForPeople(overview.health.state)
      ? `not removed from ${label} yet. We remove it once your calendar is connected again.`
      : `not removed from ${label} yet. We keep trying.`
  // A removal of an event whose id is known comes to this for one reason only (ICalendarProvider.deleteEvent).
  if (event.id !== undefined && event.failure === 'conflict')
    return `its entry in ${label} has become part of a series, which we leave alone. Remove it there yourself.`
  const why = because(event, overview, features)
  // Without an id nobody knows whether it was ever made; after a lost answer, whether it is gone.
  if (event.id === undefined)
    return `there may be an entry in ${label}: we could not find out. ${why} Look there, and remove it yourself.`
  if (event.failure !== undefined && (isTransient(event.failure) || event.failure === 'garbled'))
    return `may still be in ${label}. ${why} Look there, and remove it yourself.`
  return `could not be removed from ${label}. ${why} Remove it there yourself.`
}

function because(
  { connectionId, failure }: UnremovedEvent['booking']['event'],
  { connection }: CalendarOverview,
  features: CalendarFeatures | undefined,
): string {
  if (connection === undefined || (connectionId !== undefined && connectionId !== connection.id))
    return 'The connection it was written through has ended.'
  if (connection.access === 'availability') return 'We may only see this calendar, not change it.'
  return failure === undefined ? '' : givenUpBecause(failure, features)
}
