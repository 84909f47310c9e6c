import type { DifferenceWord } from '../domain/event-difference.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import { isSameMailbox } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { DifferenceNotice, EventComparisonStore } from '../ports/event-comparison-store.ts'
import type { Log } from '../ports/log.ts'
import type { TenantStore } from '../ports/tenant-store.ts'
import type { User } from '../ports/user-store.ts'
import { createPickCalendar } from './pick-calendar.ts'

/** `not_put_back`: her calendar did not let us, or did not answer; the notice stays. */
export type AnswerOutcome =
  | { readonly kind: 'done' | 'decided'; readonly word: DifferenceWord }
  | { readonly kind: 'changed' | 'not_put_back' }

export interface AnswerDifference {
  /**
   * The therapist's word about an event that stands otherwise than its session is booked. Said twice, the first one counts.
   * Undefined when her tenant has no such booking, or nothing like that can be said.
   */
  answer(user: User, bookingId: string, differenceId: string, word: DifferenceWord): Promise<AnswerOutcome | undefined>
}

export function createAnswerDifference(parts: {
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly comparisons: Pick<EventComparisonStore, 'say' | 'recordPutBack' | 'takeBack'>
  readonly connections: Pick<ConnectionStore, 'active' | 'recordFailure' | 'recordMismatch'>
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
}): AnswerDifference {
  const { tenants, comparisons, connections, clock, log } = parts
  const pickCalendar = createPickCalendar(parts)

  /** Why the event was not put back; undefined when it was. */
  const putBack = async ({ booking, now }: DifferenceNotice): Promise<CalendarError | undefined> => {
    const { tenantId, event, startsAt, endsAt } = booking
    const [tenant, connection] = await Promise.all([tenants.byId(tenantId), connections.active(tenantId)])
    const isThere = connection !== undefined && event.mailbox !== undefined && isSameMailbox(event.mailbox, connection)
    if (tenant === undefined || !isThere || event.id === undefined || now === undefined)
      return new CalendarError('reconnect', 'the account is not connected any more')
    const binding = await pickCalendar(tenant, connection)
    if (binding instanceof CalendarError) return binding
    const calendar = binding.calendarFor(connectionContext(connection, tenant))
    const to = { start: startsAt, end: endsAt }
    const move = { from: now, to, calendarId: event.calendarId, timeZone: tenant.timeZone }
    try {
      const { changeKey } = await calendar.moveEvent(event.id, move)
      await comparisons.recordPutBack(booking.id, changeKey)
      return undefined
    } catch (error) {
      if (error instanceof CalendarError) return error
      throw error
    }
  }

  return {
    async answer({ tenantId, id }, bookingId, differenceId, word) {
      const actor = `user:${id}`
      const said = await comparisons.say({ tenantId, bookingId, differenceId, word, actor, now: clock.now() })
      if (said === undefined || said.kind !== 'said') return said
      if (word !== 'put_back') return { kind: 'done', word }
      const failure = await putBack(said.notice)
      if (failure === undefined) return { kind: 'done', word }
      log.warn('event_not_put_back', { tenantId, bookingId, reason: failure.reason, code: failure.code })
      await comparisons.takeBack(said.notice, actor)
      return { kind: failure.reason === 'conflict' || failure.reason === 'not_found' ? 'changed' : 'not_put_back' }
    },
  }
}
