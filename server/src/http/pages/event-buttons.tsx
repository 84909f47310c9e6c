import type { VNode } from 'preact'
import type { Booking } from '../../ports/booking-store.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import { Hidden } from './form-fields.tsx'
import { formatDayAndTime } from './formatting.ts'

interface Props {
  readonly booking: Booking
  readonly overview: CalendarOverview
  readonly csrf: string
}

/** For an entry that could not be written or removed. */
export const EventButtons = ({ booking: { id, clientName, startsAt }, overview, csrf }: Props): VNode => {
  // For those who hear the buttons alone.
  const about = `: ${clientName}, ${formatDayAndTime(startsAt, overview.tenant.timeZone)}`
  return (
    <div class="row">
      <form method="post" action={`/appointments/${id}/event/try-again`}>
        <Hidden fields={{ _csrf: csrf }} />
        <button type="submit">
          Try again<span class="vh">{about}</span>
        </button>
      </form>
      <form method="post" action={`/appointments/${id}/event/did-it-myself`}>
        <Hidden fields={{ _csrf: csrf }} />
        <button type="submit" class="quiet">
          I did it myself<span class="vh">{about}</span>
        </button>
      </form>
    </div>
  )
}
