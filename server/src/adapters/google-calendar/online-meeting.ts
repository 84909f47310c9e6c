import { aside, type Deadline, type Sleep } from '../../concurrency/deadline.ts'
import type { CallLimits } from '../../net/call-limits.ts'
import { type Outcome, retry } from '../../net/retry.ts'
import { CalendarError } from '../../ports/calendar-failure.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { type EventAnswer, isMeetingPending } from './event-body.ts'
import { transportFailure } from './transport/google-errors.ts'

/** Between two looks for a meeting's link. How long Google takes to make one is not documented. */
const LINK_PAUSE_MS = 1000

export interface MeetingParts {
  readonly clock: Clock
  readonly log: Log
  readonly limits: CallLimits
  readonly sleep: Sleep
  readonly random: () => number
}

/**
 * The event with its meeting's link, which Google makes after the event (`conferenceData.createRequest.status`,
 * developers.google.com/workspace/calendar/api/v3/reference/events). The link decorates the event: where it does not come, the
 * event is returned without it and the log says so. Never rejects.
 */
export async function withLink(
  event: EventAnswer,
  look: (deadline: Deadline) => Promise<EventAnswer | undefined>,
  { clock, log, limits, sleep, random }: MeetingParts,
  { connectionId, outer }: { readonly connectionId: string; readonly outer: Deadline },
): Promise<EventAnswer> {
  if (!isMeetingPending(event)) return event
  const attempt = async (deadline: Deadline): Promise<Outcome<EventAnswer>> => {
    const read = await look(deadline)
    if (read !== undefined && !isMeetingPending(read)) return { kind: 'done', value: read }
    const failure = new CalendarError('not_found', 'The meeting has no link yet', { code: 'no_join_url' })
    return { kind: 'again', failure, retryAfterMs: LINK_PAUSE_MS }
  }
  try {
    return await aside({ clock, outer, milliseconds: limits.meetingMs }, (deadline) =>
      retry(() => attempt(deadline), { deadline, repeatable: true, random, sleep, ...limits.retry }),
    )
  } catch (error) {
    const { reason, code } = transportFailure(error)
    log.warn('join_url_not_read', { connectionId, reason, code })
    return event
  }
}
