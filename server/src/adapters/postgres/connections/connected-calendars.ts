import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { CalendarListing } from '../../../ports/calendar-connector.ts'
import type { CalendarFailure } from '../../../ports/calendar-failure.ts'
import type { CalendarProviderType } from '../../../ports/calendar-provider-type.ts'
import type { ListedCalendars, UnreadCalendars } from '../../../ports/connection-store.ts'
import { UnreadableTokens } from '../../../ports/token-vault.ts'
import type { Transaction } from '../client.ts'
import { followReceiver } from './writing-settings.ts'

interface Account {
  readonly id: string
  readonly tenantId: string
  readonly provider: CalendarProviderType
}

/**
 * Makes the stored calendars those that are listed: new ones that are hers block, unless they are `unread`; known ones keep the
 * therapist's choice, gone ones are removed. Where none blocks then, the default calendar does, or her own where none is the
 * default, or all: with no calendar to read, no busy time would be seen.
 */
export async function syncCalendars(
  transaction: Transaction,
  account: Account,
  { calendars, unread = new Map() }: ListedCalendars,
  now: Date,
): Promise<void> {
  const connectionId = account.id
  const listed = new Map(calendars.map((listing) => [listing.id, listing]))
  const known: Known[] = await transaction.connectedCalendar.findMany({ where: { connectionId } })
  await followRenamedIds(transaction, account, known, listed)
  const gone = known.filter(({ externalId }) => !listed.has(externalId)).map(({ id }) => id)
  if (gone.length > 0) await transaction.connectedCalendar.deleteMany({ where: { connectionId, id: { in: gone } } })
  await updateKnown(transaction, account, known, listed)
  for (const { externalId } of known) listed.delete(externalId)
  await addNew(transaction, account, [...listed.values()], unread, now)
  if ((await transaction.connectedCalendar.count({ where: { connectionId, blocks: true } })) > 0) return
  const own = { OR: [{ detail: null }, { detail: { kind: 'own' } }] }
  for (const where of [{ isDefault: true }, own, {}]) {
    const { count } = await transaction.connectedCalendar.updateMany({
      where: { connectionId, ...where },
      data: { blocks: true },
    })
    if (count > 0) return
  }
}

/**
 * Ids of secondary calendars in Outlook change by themselves (microsoft-graph-docs #11296): where one calendar is gone and one
 * of the same name is new, it is the same, and keeps the therapist's choice.
 */
async function followRenamedIds(
  transaction: Transaction,
  account: Account,
  known: Known[],
  listed: ReadonlyMap<string, CalendarListing>,
): Promise<void> {
  const gone = known.filter(({ externalId }) => !listed.has(externalId))
  if (gone.length === 0) return
  const stored = new Set(known.map(({ externalId }) => externalId))
  const fresh = [...listed.values()].filter(({ id }) => !stored.has(id))
  for (const [at, calendar] of known.entries()) {
    if (!gone.includes(calendar)) continue
    const candidates = fresh.filter(({ name }) => !differs(() => calendar.name !== name))
    const [one] = candidates
    const alone = gone.every((other) => other === calendar || differs(() => other.name !== calendar.name))
    if (one === undefined || candidates.length > 1 || !alone) continue
    await transaction.connectedCalendar.update({ where: { id: calendar.id }, data: { externalId: one.id } })
    await followReceiver(transaction, account, { from: calendar.externalId, to: one.id })
    const { id, name, isDefault } = calendar
    known[at] = { id, name, isDefault, externalId: one.id }
  }
}

interface Known {
  readonly id: string
  readonly externalId: string
  readonly name: string
  readonly isDefault: boolean
}

/** Writes what has changed, and no more: an account may list thousands. */
async function updateKnown(
  transaction: Transaction,
  { tenantId, provider }: Account,
  known: readonly Known[],
  listed: ReadonlyMap<string, CalendarListing>,
): Promise<void> {
  if (known.length === 0) return
  const details = await transaction.calendarDetail.findMany({ where: { id: { in: known.map(({ id }) => id) } } })
  const detailOf = new Map(details.map((detail) => [detail.id, detail]))
  for (const calendar of known) {
    const listing = listed.get(calendar.externalId)
    if (listing === undefined) continue
    const { name, isDefault } = listing
    const where = { id: calendar.id, tenantId, provider }
    if (differs(() => calendar.name !== name || calendar.isDefault !== isDefault))
      await transaction.connectedCalendar.update({ where, data: { name, isDefault } })
    const detail = detailOf.get(calendar.id) ?? { kind: 'own', ownerName: null, readOnly: false }
    const owner = ownerColumns(listing)
    const isOther = detail.kind !== owner.kind || detail.readOnly !== owner.readOnly
    if (isOther || differs(() => detail.ownerName !== owner.ownerName))
      await transaction.calendarDetail.upsert({ where, create: { ...where, ...owner }, update: owner })
  }
}

async function addNew(
  transaction: Transaction,
  { id: connectionId, tenantId, provider }: Account,
  listings: readonly CalendarListing[],
  unread: ReadonlyMap<string, CalendarFailure | undefined>,
  now: Date,
): Promise<void> {
  const fresh = listings.map((listing) => ({ id: randomUUID(), listing }))
  await transaction.connectedCalendar.createMany({
    data: fresh.map(({ id, listing: { id: externalId, name, isDefault, kind } }) => ({
      id,
      tenantId,
      connectionId,
      provider,
      externalId,
      name,
      isDefault,
      blocks: kind === undefined && !unread.has(externalId),
      firstSeenAt: now,
    })),
  })
  const details = fresh.flatMap(({ id, listing }) => {
    const failure = unread.get(listing.id)
    if (listing.kind === undefined && listing.isReadOnly !== true && failure === undefined) return []
    return [{ id, tenantId, provider, ...ownerColumns(listing), ...failureColumns(failure, now) }]
  })
  if (details.length > 0) await transaction.calendarDetail.createMany({ data: details })
}

const ownerColumns = ({ kind, ownerName, isReadOnly }: CalendarListing) => ({
  kind: kind ?? 'own',
  ownerName: ownerName ?? null,
  readOnly: isReadOnly ?? false,
})

const failureColumns = (failure: CalendarFailure | undefined, at: Date | undefined) => ({
  failureReason: failure ?? null,
  failingSince: failure === undefined ? null : (at ?? null),
})

/** A stored value that does not decrypt differs from whatever is listed. */
function differs(compare: () => boolean): boolean {
  try {
    return compare()
  } catch (error) {
    if (error instanceof UnreadableTokens) return true
    throw error
  }
}

/**
 * Makes exactly `blockingIds` block, and stores why the calendars of `unread` do not; what was said of other ones that do not
 * is forgotten. False, and nothing is changed, when there is none to block or one is not the connection's.
 */
export async function chooseBlocking(
  transaction: Transaction,
  { id: connectionId, tenantId, provider }: Account,
  blockingIds: readonly string[],
  unread: UnreadCalendars | undefined,
): Promise<boolean> {
  const known = await transaction.connectedCalendar.findMany({ where: { connectionId }, select: { id: true } })
  const own = new Set(known.map(({ id }) => id))
  if (blockingIds.length === 0 || !blockingIds.every((id) => own.has(id))) return false
  const chosen = { in: [...blockingIds] }
  await transaction.connectedCalendar.updateMany({ where: { connectionId, id: chosen }, data: { blocks: true } })
  const others = { connectionId, NOT: { id: chosen } }
  await transaction.connectedCalendar.updateMany({ where: others, data: { blocks: false } })
  await transaction.calendarDetail.updateMany({
    where: { calendar: others },
    data: failureColumns(undefined, undefined),
  })
  for (const [id, failure] of unread?.failures ?? []) {
    const columns = failureColumns(failure, unread?.at)
    if (own.has(id))
      await transaction.calendarDetail.upsert({
        where: { id },
        create: { id, tenantId, provider, ...columns },
        update: columns,
      })
  }
  return true
}

const Receives = z.array(z.object({ receives: z.boolean() })).max(1)

/**
 * Stores which calendars of a connection in use could not be read while its others were: the account is well then. A repeated
 * failure keeps its first moment, and a calendar that was read with the others loses its. True where the account receives.
 */
export async function recordUnread(
  database: Pick<Transaction, '$queryRaw'>,
  { tenantId, id }: Pick<Account, 'tenantId' | 'id'>,
  { failures, at }: UnreadCalendars,
): Promise<boolean> {
  const [ids, reasons] = [[...failures.keys()], [...failures.values()].map((reason) => reason ?? null)]
  const rows = await database.$queryRaw`
    WITH live AS (
      UPDATE calendar_connection SET failure_reason = NULL, failing_since = NULL
      WHERE id = ${id}::uuid AND tenant_id = ${tenantId}::uuid AND status IN ('ACTIVE', 'BLOCKING')
      RETURNING id, status = 'ACTIVE' AS receives
    ), told AS (SELECT * FROM unnest(${ids}::uuid[], ${reasons}::text[]) AS t (id, reason)
    ), calendar AS (
      SELECT c.id, c.tenant_id, c.provider, told.reason, c.blocks OR told.id IS NOT NULL AS was_read
      FROM live JOIN connected_calendar c ON c.connection_id = live.id LEFT JOIN told ON told.id = c.id
    ), failed AS (
      INSERT INTO calendar_detail AS d (id, tenant_id, provider, failure_reason, failing_since)
      SELECT id, tenant_id, provider, reason, ${at}::timestamptz FROM calendar WHERE reason IS NOT NULL
      ON CONFLICT (id) DO UPDATE SET failure_reason = EXCLUDED.failure_reason, failing_since =
        CASE WHEN d.failure_reason = EXCLUDED.failure_reason THEN d.failing_since ELSE EXCLUDED.failing_since END
    ), mended AS (
      UPDATE calendar_detail d SET failure_reason = NULL, failing_since = NULL
      FROM calendar WHERE d.id = calendar.id AND was_read AND reason IS NULL AND d.failure_reason IS NOT NULL
    )
    SELECT receives FROM live`
  return Receives.parse(rows)[0]?.receives ?? false
}
