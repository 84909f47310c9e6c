import { aside, type Deadline, type Sleep } from '../../concurrency/deadline.ts'
import type { CallLimits } from '../../net/call-limits.ts'
import { type Outcome, retry } from '../../net/retry.ts'
import { CalendarError } from '../../ports/calendar-failure.ts'
import type { CalendarEvent } from '../../ports/calendar-provider.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { done } from './transport/graph-call.ts'
import { transportFailure } from './transport/graph-errors.ts'

/** Between two looks for a meeting's link. How long Graph takes to make one is not documented. */
const LINK_PAUSE_MS = 1000

export interface MeetingParts {
  readonly clock: Clock
  readonly log: Log
  readonly limits: CallLimits
  readonly sleep: Sleep
  readonly random: () => number
}

export interface MeetingCalls {
  /** The `onlineMeetingProvider` that the calendar allows, if any. */
  readonly provider: (deadline: Deadline) => Promise<string | undefined>
  readonly event: (id: string, deadline: Deadline) => Promise<CalendarEvent>
}

/**
 * The online meeting of one event that is being written. What it asks of Graph decorates the event: none of its methods
 * rejects, and each leaves half of the deadline to the event itself.
 */
export class OnlineMeeting {
  readonly #parts: MeetingParts
  readonly #calls: MeetingCalls
  readonly #connectionId: string
  readonly #deadline: Deadline
  #asked: Promise<string | undefined> | undefined

  constructor(parts: MeetingParts, calls: MeetingCalls, connectionId: string, deadline: Deadline) {
    this.#parts = parts
    this.#calls = calls
    this.#connectionId = connectionId
    this.#deadline = deadline
  }

  /** The `onlineMeetingProvider` for the event, asked for once. Undefined where there is none, or Graph does not say. */
  provider(): Promise<string | undefined> {
    this.#asked ??= this.#aside((deadline) => this.#calls.provider(deadline)).catch((error: unknown) =>
      this.#without('video_provider_not_read', error),
    )
    return this.#asked
  }

  /** Graph refused the event with this meeting: it is written without. */
  refused(failure: CalendarError): void {
    this.#asked = Promise.resolve(this.#without('online_meeting_refused', failure))
  }

  /** The event with its meeting's link, which may come some time after the event; without it where it does not come. */
  async linked(event: CalendarEvent): Promise<CalendarEvent> {
    if (event.joinUrl !== undefined || (await this.provider()) === undefined) return event
    const { sleep, random, limits } = this.#parts
    const attempt = async (deadline: Deadline): Promise<Outcome<CalendarEvent>> => {
      const read = await this.#calls.event(event.id, deadline)
      if (read.joinUrl !== undefined) return done(read)
      const failure = new CalendarError('not_found', 'the meeting has no link yet', { code: 'no_join_url' })
      return { kind: 'again', failure, retryAfterMs: LINK_PAUSE_MS }
    }
    try {
      return await this.#aside((deadline) =>
        retry(() => attempt(deadline), { deadline, repeatable: true, random, sleep, ...limits.retry }),
      )
    } catch (error) {
      this.#without('join_url_not_read', error)
      return event
    }
  }

  #without(event: string, error: unknown): undefined {
    const { reason, code } = transportFailure(error)
    this.#parts.log.warn(event, { connectionId: this.#connectionId, reason, code })
  }

  #aside<T>(work: (deadline: Deadline) => Promise<T>): Promise<T> {
    const { clock, limits } = this.#parts
    return aside({ clock, outer: this.#deadline, milliseconds: limits.meetingMs }, work)
  }
}
