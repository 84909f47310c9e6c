import type { VNode } from 'preact'
import type { Booking } from '../../ports/booking-store.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import { Hidden } from './form-fields.tsx'
import { formatDayAndTime } from './formatting.ts'
import { useLocale, useTexts } from './page-locale.tsx'

interface Props {
  readonly booking: Booking
  /** Of its address: the booking's id, unless it is about another entry than the booking's. */
  readonly path?: string | undefined
  readonly overview: CalendarOverview
  readonly csrf: string
}

/** For an entry that could not be written or removed. */
export const EventButtons = (props: Props): VNode => {
  const { eventButtons: t } = useTexts()
  return (
    <div class="row">
      <EventButton word="try-again" {...props}>
        {t.tryAgain}
      </EventButton>
      <EventButton word="did-it-myself" quiet {...props}>
        {t.didItMyself}
      </EventButton>
    </div>
  )
}

/** For an entry that could be removed, and was changed since it was written. */
export const ChangedEventButtons = (props: Props): VNode => {
  const { eventButtons: t } = useTexts()
  return (
    <div class="row">
      <EventButton word="remove-it" {...props}>
        {t.removeIt}
      </EventButton>
      <EventButton word="leave-it" quiet {...props}>
        {t.leaveIt}
      </EventButton>
    </div>
  )
}

interface ButtonProps extends Props {
  /** What she says by it, in the path. */
  readonly word: string
  readonly quiet?: boolean
  readonly children: string
}

const EventButton = ({ booking, path, overview, csrf, word, quiet, children }: ButtonProps): VNode => {
  const locale = useLocale()
  const { id, clientName, startsAt } = booking
  return (
    <form method="post" action={`/appointments/${path ?? id}/event/${word}`}>
      <Hidden fields={{ _csrf: csrf }} />
      <button type="submit" class={quiet ? 'quiet' : undefined}>
        {children}
        {/* For those who hear the buttons alone. */}
        <span class="vh">{`: ${clientName}, ${formatDayAndTime(startsAt, overview.tenant.timeZone, locale)}`}</span>
      </button>
    </form>
  )
}
