import { type EventOutcome, type KnownEvent, OUT_OF_REACH, writeHasBegun } from './booking-event.ts'

/** What the therapist decides of our events of sessions to come, when she gives up an account or the right to write to it. */
export const EVENTS_LEFT = ['leave', 'remove'] as const
export type EventsLeft = (typeof EVENTS_LEFT)[number]

/** An event as the end of a connection finds it. */
export interface EndingEvent extends KnownEvent {
  /** The session has not begun. */
  readonly isToCome: boolean
  /** It stands, or may stand, in the account that is given up. */
  readonly isThere: boolean
  /** A grant remains by which it can be removed from where it stands. */
  readonly isRemovable: boolean
}

export interface EndedEvent extends EventOutcome {
  /** Set where what stands in the account before is the booking's event no longer: it stays there, or is to be removed. */
  readonly former?: 'WRITTEN' | 'REMOVING'
}

/**
 * What an event becomes when its account is given up. Sessions to come go along: they are written to the account that follows,
 * where we may write to it (`writesOn`). Removals that are owed are carried out while a grant remains for them; others wait
 * until the account is connected again, but for those of events that nobody began to write. Undefined: the event stays as it is.
 */
export function afterEnding(
  event: EndingEvent,
  { events, writesOn }: { readonly events: EventsLeft; readonly writesOn: boolean },
): EndedEvent | undefined {
  const begun = writeHasBegun(event)
  if (event.status === 'REMOVING') {
    if (!begun) return { status: 'REMOVED' }
    return event.isRemovable ? undefined : OUT_OF_REACH
  }
  const goesAlong = event.status === 'PENDING' || (event.status === 'WRITTEN' && event.isToCome && event.isThere)
  if (!goesAlong) return undefined
  const removed = begun && events === 'remove' && event.isRemovable
  if (writesOn) return { status: 'PENDING', ...(begun && { former: removed ? 'REMOVING' : 'WRITTEN' }) }
  if (removed) return { status: 'NOT_WANTED', former: 'REMOVING' }
  return event.status === 'PENDING' ? { status: 'NOT_WANTED' } : undefined
}
