import { afterWord, type EventWord, isInOutbox } from '../../../domain/booking-event.ts'
import { recordAudit } from '../accounts/audit-log.ts'
import type { Database } from '../client.ts'
import { withCalendarLock } from './calendar-lock.ts'
import { queueOutboxJob, unqueueOutboxJobs } from './outbox-jobs.ts'

interface Said {
  readonly tenantId: string
  readonly id: string
  readonly word: EventWord
  readonly actor: string
}

export const WORD_ACTIONS: Readonly<Record<EventWord, string>> = {
  try_again: 'event_tried_again',
  did_it_myself: 'event_done_by_therapist',
  remove_it: 'event_removal_confirmed',
  leave_it: 'event_left_by_therapist',
}

/** The promises of BookingStore.sayOfEvent. */
export const sayOfEvent = (
  database: Database,
  { tenantId, id, word, actor }: Said,
): Promise<'done' | 'nothing_to_do' | undefined> =>
  withCalendarLock(database, tenantId, async (tx) => {
    // Outbox jobs record without the calendar's lock.
    await tx.$executeRaw`SELECT 1 FROM booking WHERE id = ${id}::uuid FOR UPDATE`
    const found = await tx.booking.findUnique({ where: { id, tenantId } })
    if (found === null) return undefined
    const eventStatus = afterWord(word, found.eventStatus, found.status === 'CANCELLED')
    if (eventStatus === undefined) return 'nothing_to_do'
    await tx.booking.update({ where: { id }, data: { eventStatus, eventFailure: null }, select: { id: true } })
    // Whatever it has become: nothing is compared any more.
    if (word === 'remove_it') await tx.eventVersion.deleteMany({ where: { bookingId: id } })
    if (isInOutbox(eventStatus)) await queueOutboxJob(tx, id)
    else await unqueueOutboxJobs(tx, [id])
    // What the event was, and why: with her word the row says it no more.
    const detail = { from: found.eventStatus, ...(found.eventFailure && { failure: found.eventFailure }) }
    await recordAudit(tx, { tenantId, actor, action: WORD_ACTIONS[word], subjectId: id, detail })
    return 'done'
  })
