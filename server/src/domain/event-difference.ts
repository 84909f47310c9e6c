import type { Interval } from './interval.ts'

/**
 * How a written event can stand otherwise than its session is booked: at another time, not at all, or at another time as a series
 * or part of one. `conflict`: it stands as booked, and another event stands at the session's time.
 */
export const EVENT_DIFFERENCES = ['moved', 'gone', 'series', 'conflict'] as const
export type EventDifference = (typeof EVENT_DIFFERENCES)[number]

/** A written event as a look found it; `single`: neither a series nor part of one. */
export type FoundEvent =
  | (Interval & { readonly state: 'there'; readonly single: boolean })
  | { readonly state: 'gone' }
  | { readonly state: 'unknown' }

/** A difference with what it is known by: the same difference, seen again, has the same times. */
export interface FoundDifference {
  readonly kind: Exclude<EventDifference, 'conflict'>
  /** When the event is now; undefined where it is gone. */
  readonly now?: Interval
}

/**
 * The rule of docs/decisions/023-noticing-changed-events.md. `as_booked` wherever the event lies and whatever else it has
 * become, as long as it stands at the session's time; `unknown` is neither that nor a difference.
 */
export function differenceOf(session: Interval, found: FoundEvent): FoundDifference | 'as_booked' | 'unknown' {
  if (found.state === 'unknown') return 'unknown'
  if (found.state === 'gone') return { kind: 'gone' }
  const { start, end, single } = found
  if (start.getTime() === session.start.getTime() && end.getTime() === session.end.getTime()) return 'as_booked'
  return { kind: single ? 'moved' : 'series', now: { start, end } }
}

/** What the therapist may say of a difference. */
export const DIFFERENCE_WORDS = ['put_back', 'write_again', 'leave'] as const
export type DifferenceWord = (typeof DIFFERENCE_WORDS)[number]

const WORDS_OF: Readonly<Record<EventDifference, readonly DifferenceWord[]>> = {
  moved: ['put_back', 'leave'],
  gone: ['write_again', 'leave'],
  // We leave a series alone (docs/decisions/016-changed-events.md).
  series: ['leave'],
  conflict: ['leave'],
}

export const maySay = (word: DifferenceWord, kind: EventDifference): boolean => WORDS_OF[kind].includes(word)
