import { randomUUID } from 'node:crypto'
import type { CalendarListing } from '../../../ports/calendar-connector.ts'
import type { CalendarProviderType } from '../../../ports/calendar-provider-type.ts'
import type { Transaction } from '../client.ts'

interface Account {
  readonly id: string
  readonly tenantId: string
  readonly provider: CalendarProviderType
}

/**
 * Makes the stored calendars those of `listings`: new ones block, known ones keep the therapist's choice, gone ones are
 * removed. Where none blocks then, the default calendar does, or all where none is the default: with no calendar to read, no
 * busy time would be seen.
 */
export async function syncCalendars(
  transaction: Transaction,
  { id: connectionId, tenantId, provider }: Account,
  listings: readonly CalendarListing[],
  now: Date,
): Promise<void> {
  const known = await transaction.connectedCalendar.findMany({
    where: { connectionId },
    select: { id: true, externalId: true },
  })
  const idOf = new Map(known.map(({ id, externalId }) => [externalId, id]))
  const listed = new Set(listings.map(({ id }) => id))
  await transaction.connectedCalendar.deleteMany({ where: { connectionId, externalId: { notIn: [...listed] } } })
  for (const { id: externalId, name, isDefault } of listings) {
    const id = idOf.get(externalId)
    if (id !== undefined)
      await transaction.connectedCalendar.update({ where: { id, tenantId, provider }, data: { name, isDefault } })
  }
  const fresh = listings.filter(
    ({ id }, index) => !idOf.has(id) && listings.findIndex((one) => one.id === id) === index,
  )
  await transaction.connectedCalendar.createMany({
    data: fresh.map(({ id: externalId, name, isDefault }) => ({
      id: randomUUID(),
      tenantId,
      connectionId,
      provider,
      externalId,
      name,
      isDefault,
      blocks: true,
      firstSeenAt: now,
    })),
  })
  if ((await transaction.connectedCalendar.count({ where: { connectionId, blocks: true } })) === 0)
    await transaction.connectedCalendar.updateMany({
      where: { connectionId, ...(listings.some(({ isDefault }) => isDefault) ? { isDefault: true } : {}) },
      data: { blocks: true },
    })
}

/** Makes exactly `blockingIds` block. False, and nothing is changed, when there is none or one is not the connection's. */
export async function chooseBlocking(
  transaction: Transaction,
  connectionId: string,
  blockingIds: readonly string[],
): Promise<boolean> {
  const known = await transaction.connectedCalendar.findMany({ where: { connectionId }, select: { id: true } })
  const own = new Set(known.map(({ id }) => id))
  if (blockingIds.length === 0 || !blockingIds.every((id) => own.has(id))) return false
  const chosen = { in: [...blockingIds] }
  await transaction.connectedCalendar.updateMany({ where: { connectionId, id: chosen }, data: { blocks: true } })
  await transaction.connectedCalendar.updateMany({
    where: { connectionId, NOT: { id: chosen } },
    data: { blocks: false },
  })
  return true
}
