import { afterWord, type EventWord } from '../../../domain/booking-event.ts'
import { CALENDAR_FAILURES, isTransient } from '../../../ports/calendar-failure.ts'
import type { FormerEvent, FormerEventStore } from '../../../ports/former-event-store.ts'
import { recordAudit } from '../accounts/audit-log.ts'
import type { Database, Transaction } from '../client.ts'
import { guarded } from '../database-errors.ts'
import type { Prisma } from '../generated/client.ts'
import { isUuid } from '../ids.ts'
import { BOOKING_PARTS, toBooking, toFailure } from './booking-rows.ts'
import { withCalendarLock } from './calendar-lock.ts'
import { claimedForMs } from './event-claims.ts'
import { toChange } from './event-versions.ts'
import { WORD_ACTIONS } from './event-word.ts'
import { queueFormerEvent, unqueueFormerEvent } from './outbox-jobs.ts'

const PARTS = {
  booking: { include: BOOKING_PARTS },
  connection: { select: { provider: true, accountKey: true } },
} as const

type Row = Prisma.FormerEventGetPayload<{ include: typeof PARTS }>

export const createFormerEventStore = (database: Database): FormerEventStore =>
  guarded<FormerEventStore>({
    async byKey(key) {
      const row = isUuid(key) ? await database.formerEvent.findUnique({ where: { key }, include: PARTS }) : null
      if (row === null) return undefined
      return toFormerEvent(row, row.claimedAt === null ? undefined : await claimedForMs(database, row.claimedAt))
    },

    async unremoved(tenantId, { endsAfter, leftBefore, limit }) {
      const rows = await database.formerEvent.findMany({
        where: {
          tenantId,
          status: { in: ['REMOVING', 'FAILED'] },
          booking: { endsAt: { gt: endsAfter } },
          OR: [
            { status: 'FAILED' },
            { failure: { in: CALENDAR_FAILURES.filter((failure) => !isTransient(failure)) } },
            { leftAt: { lt: leftBefore } },
          ],
        },
        orderBy: [{ booking: { endsAt: 'desc' } }, { key: 'desc' }],
        take: limit,
        include: PARTS,
      })
      return rows.reverse().map((row) => toFormerEvent(row, undefined))
    },

    async record(key, { status, id, failure, change }) {
      await database.formerEvent.updateMany({
        where: { key, status: 'REMOVING' },
        data: {
          failure: failure ?? null,
          ...(status && { status }),
          ...(change && { change }),
          ...(id !== undefined && { eventId: id }),
        },
      })
    },

    async forget(key) {
      await database.formerEvent.deleteMany({ where: { key, status: { not: 'WRITTEN' } } })
    },

    removeLater: (key, delayMs, failures) => queueFormerEvent(database, key, delayMs, failures),

    say: (tenantId, key, word, actor) =>
      isUuid(key)
        ? withCalendarLock(database, tenantId, (tx) => say(tx, { tenantId, key, word, actor }))
        : Promise.resolve(undefined),
  })

interface Said {
  readonly tenantId: string
  readonly key: string
  readonly word: EventWord
  readonly actor: string
}

async function say(transaction: Transaction, { tenantId, key, word, actor }: Said) {
  // Jobs record without the calendar's lock.
  await transaction.$executeRaw`SELECT 1 FROM former_event WHERE key = ${key}::uuid FOR UPDATE`
  const found = await transaction.formerEvent.findUnique({ where: { key, tenantId } })
  if (found === null) return undefined
  const after = afterWord(word, found.status, true)
  if (found.status === 'WRITTEN' || after === undefined) return 'nothing_to_do'
  if (after === 'REMOVING') {
    // Whatever it has become: nothing is compared any more.
    const ofWord = word === 'remove_it' ? { changeKey: null } : {}
    await transaction.formerEvent.update({
      where: { key },
      data: { status: 'REMOVING', failure: null, change: null, ...ofWord },
    })
    await queueFormerEvent(transaction, key)
  } else {
    await transaction.formerEvent.delete({ where: { key } })
    await unqueueFormerEvent(transaction, key)
  }
  const detail = { from: found.status, former: key, ...(found.failure && { failure: found.failure }) }
  await recordAudit(transaction, { tenantId, actor, action: WORD_ACTIONS[word], subjectId: found.bookingId, detail })
  return 'done' as const
}

const toFormerEvent = (row: Row, claimAgeMs: number | undefined): FormerEvent => ({
  key: row.key,
  booking: toBooking(row.booking),
  mailbox: row.connection,
  calendarId: row.calendarId ?? undefined,
  isInvited: row.invited,
  // The constraint former_event_status knows no other.
  status: row.status === 'WRITTEN' || row.status === 'FAILED' ? row.status : 'REMOVING',
  id: row.eventId ?? undefined,
  failure: toFailure(row.failure),
  changeKey: row.changeKey ?? undefined,
  change: row.change === null ? undefined : toChange(row.change),
  claimAgeMs,
})
