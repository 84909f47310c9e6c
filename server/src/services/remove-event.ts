import type { WrittenEvent } from '../domain/changed-event.ts'
import type { Booking, EventPlace } from '../ports/booking-store.ts'
import type { ICalendarProvider } from '../ports/calendar-provider.ts'
import type { EventLookup } from '../ports/event-lookup.ts'

/** From its claim until nothing of a write can still come: an adapter's deadline, and how late providers carry out. */
export const LONGEST_WRITE_MS = 60_000
const LOOK_AGAIN_MS = 5_000

interface Removal {
  /** Under which it was written. */
  readonly key: string
  readonly id: string | undefined
  /** The calendar it was, or may have been, written to. */
  readonly calendarId: string | undefined
  /** What the event is compared with before it is removed; undefined where it goes whatever it has become. */
  readonly asWritten: WrittenEvent | undefined
  /** How long ago the newest write began that has not certainly ended; undefined: there is none. Asked once `id` is gone. */
  readonly claimAgeMs: () => Promise<number | undefined>
  /** Whether an event may have been made whose id nobody knows. */
  readonly mayStand: boolean
  /** An event with another id than was known is about to be removed. */
  readonly onFound: (id: string) => Promise<unknown>
}

/**
 * Removes an event, and what a write of unknown outcome made. Gives how long to wait before looking again; 0: nothing stands
 * there any more, for good.
 */
export async function removeEvent(provider: ICalendarProvider & EventLookup, removal: Removal): Promise<number> {
  const { id, asWritten } = removal
  if (id !== undefined) await provider.deleteEvent(id, asWritten)
  const age = await removal.claimAgeMs()
  if (age === undefined && !removal.mayStand) return 0
  // What a write of unknown outcome makes may come long after its failure: only then is nothing there for good.
  const found = await removeFound(provider, removal)
  return Math.max(found ? LOOK_AGAIN_MS : 0, LONGEST_WRITE_MS - (age ?? LONGEST_WRITE_MS))
}

/** Whether an event was found under the key; then it is removed. */
async function removeFound(
  provider: ICalendarProvider & EventLookup,
  { key, id, calendarId, asWritten, onFound }: Removal,
): Promise<boolean> {
  const found = await provider.findEvent(key, calendarId)
  if (found === undefined) return false
  if (found !== id) await onFound(found)
  await provider.deleteEvent(found, found === id ? asWritten : undefined)
  return true
}

/**
 * What an event is compared with before it is removed; undefined where it goes whatever it has become. That of an invited client
 * does: her answer changes its change key as well, and her own calendar is to lose it with the session.
 */
export const asWritten = (
  { startsAt: start, endsAt: end, event }: Pick<Booking, 'startsAt' | 'endsAt'> & { readonly event: EventPlace },
  changeKey: string | undefined,
): WrittenEvent | undefined =>
  changeKey === undefined || event.isInvited
    ? undefined
    : { start, end, changeKey, ...(event.calendarId !== undefined && { calendarId: event.calendarId }) }
