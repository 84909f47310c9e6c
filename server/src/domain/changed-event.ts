/**
 * What may have become of an event since we wrote it, and keeps us from removing it: it is a series or part of one, lies in
 * another calendar, or was changed otherwise than in time.
 */
export const EVENT_CHANGES = ['series', 'moved', 'edited'] as const
export type EventChange = (typeof EVENT_CHANGES)[number]

/** An event as it was written. */
export interface WrittenEvent {
  readonly start: Date
  readonly end: Date
  /** The provider's name of the event's version, which changes with every change of the event. */
  readonly changeKey: string
  /** The provider's id of the calendar it was written to. Absent: the account's default calendar. */
  readonly calendarId?: string
}

/** A single event as it is now. */
export interface SeenEvent extends Omit<WrittenEvent, 'changeKey' | 'calendarId'> {
  readonly changeKey: string | undefined
  /** Whether it lies in another calendar than the one it was written to. */
  readonly isElsewhere: boolean
}

/**
 * The rule of removal (docs/decisions/016-changed-events.md). Undefined: the event is as it was written, or was moved in time,
 * and may go.
 */
export function changeSince(
  written: WrittenEvent,
  { changeKey, start, end, isElsewhere }: SeenEvent,
): Exclude<EventChange, 'series'> | undefined {
  if (isElsewhere) return 'moved'
  if (changeKey === written.changeKey) return undefined
  return isAtItsTime(written, { start, end }) ? 'edited' : undefined
}

export const isAtItsTime = (
  written: Pick<WrittenEvent, 'start' | 'end'>,
  seen: Pick<SeenEvent, 'start' | 'end'>,
): boolean => written.start.getTime() === seen.start.getTime() && written.end.getTime() === seen.end.getTime()
