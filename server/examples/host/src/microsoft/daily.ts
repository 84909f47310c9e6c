import { type CalendarBinding, maintainConnection } from 'booking-calendar-adapter'
import type { Database } from '../database.js'
import { contextOf, evidenceOf } from './connections.js'

/** Once a day, or more often: keeps every connection alive, finds new calendars, and notes how each fares. */
export async function maintainAll(database: Database, binding: CalendarBinding): Promise<void> {
  await database.calendarAttempt.deleteMany({ where: { expiresAt: { lt: new Date() } } })
  for (const row of await database.calendarConnection.findMany({ include: { tenant: true } })) {
    const context = contextOf(row, row.tenant.timeZone)
    const connection = { context, refreshedAt: row.refreshedAt, evidence: evidenceOf(row) }
    const { calendars, calendarIds, evidence } = await maintainConnection(binding, connection, row.knownCalendarIds)
    await database.calendarConnection.updateMany({
      where: { id: row.id },
      data: {
        calendarIds: [...calendarIds],
        ...(calendars && { knownCalendarIds: calendars.map(({ id }) => id) }),
        lastReadAt: evidence.lastReadAt ?? null,
        failure: evidence.failure ?? null,
        failingSince: evidence.failingSince ?? null,
      },
    })
  }
}

/** Every minute: what waits to be written or removed, but for sessions that were over before a calendar was connected. */
export async function reconcileDue(
  database: Database,
  reconcile: (bookingId: string) => Promise<unknown>,
): Promise<void> {
  const now = new Date()
  const due = await database.booking.findMany({
    where: {
      eventDueAt: { lte: now },
      tenant: { calendarProvider: 'MICROSOFT' },
      OR: [{ endsAt: { gt: now } }, { eventBegunAt: { not: null } }],
    },
    orderBy: { eventDueAt: 'asc' },
    take: 100,
    select: { id: true },
  })
  for (const { id } of due) await reconcile(id)
}
