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
export const EventButtons = (props: Props): VNode => (
  <div class="row">
    <EventButton path="try-again" {...props}>
      Try again
    </EventButton>
    <EventButton path="did-it-myself" quiet {...props}>
      I did it myself
    </EventButton>
  </div>
)

/** For an entry that could be removed, and was changed since it was written. */
export const ChangedEventButtons = (props: Props): VNode => (
  <div class="row">
    <EventButton path="remove-it" {...props}>
      Remove it
    </EventButton>
    <EventButton path="leave-it" quiet {...props}>
      Leave it
    </EventButton>
  </div>
)

interface ButtonProps extends Props {
  /** What she says by it, in the path. */
  readonly path: string
  readonly quiet?: boolean
  readonly children: string
}

const EventButton = ({ booking, overview, csrf, path, quiet, children }: ButtonProps): VNode => {
  const { id, clientName, startsAt } = booking
  return (
    <form method="post" action={`/appointments/${id}/event/${path}`}>
      <Hidden fields={{ _csrf: csrf }} />
      <button type="submit" class={quiet ? 'quiet' : undefined}>
        {children}
        {/* For those who hear the buttons alone. */}
        <span class="vh">{`: ${clientName}, ${formatDayAndTime(startsAt, overview.tenant.timeZone)}`}</span>
      </button>
    </form>
  )
}
