import { z } from 'zod'
import { EVENT_TITLES } from '../../../domain/event-title.ts'
import { mayReceive } from '../../../domain/receiving-calendar.ts'
import { ACCOUNT_KINDS, type AccountKind } from '../../../ports/calendar-connector.ts'
import { DEFAULT_WRITING, type WritingChange, type WritingSettings } from '../../../ports/connection.ts'
import { recordAudit } from '../accounts/audit-log.ts'
import type { Transaction } from '../client.ts'

const Kind = z.enum(ACCOUNT_KINDS)
const Title = z.enum(EVENT_TITLES)

interface Row {
  readonly accountKind: string | null
  readonly writesTo: string | null
  readonly eventTitle: string
  readonly invites: boolean
}

export const toWriting = (row: Row | null): WritingSettings =>
  row === null
    ? DEFAULT_WRITING
    : {
        accountKind: row.accountKind === null ? undefined : Kind.parse(row.accountKind),
        writesTo: row.writesTo ?? undefined,
        eventTitle: Title.parse(row.eventTitle),
        invites: row.invites,
      }

interface Account {
  readonly id: string
  readonly tenantId: string
}

/** Whose the account is, as its newest grant says; of one that is no organisation's nothing about clients is written any more. */
export async function keepKind(
  transaction: Transaction,
  { id: connectionId, tenantId }: Account,
  accountKind: AccountKind | undefined,
): Promise<void> {
  const kind = { accountKind: accountKind ?? null }
  await transaction.connectionSetting.upsert({
    where: { connectionId },
    create: { connectionId, tenantId, ...kind },
    update: accountKind === 'organisation' ? kind : { ...kind, eventTitle: DEFAULT_WRITING.eventTitle, invites: false },
    select: { connectionId: true },
  })
}

/** The same account under another connection: her choices go along; a grant that may only read invites nobody. */
export const takeWriting = (transaction: Transaction, from: string, to: string, isReadOnly: boolean) =>
  transaction.$executeRaw`
    INSERT INTO connection_setting AS s (connection_id, tenant_id, account_kind, writes_to, event_title, invites)
    SELECT ${to}::uuid, tenant_id, account_kind, writes_to, event_title, invites AND NOT ${isReadOnly}::boolean
    FROM connection_setting WHERE connection_id = ${from}::uuid
    ON CONFLICT (connection_id) DO UPDATE SET writes_to = EXCLUDED.writes_to,
      event_title = CASE WHEN s.account_kind = 'organisation' THEN EXCLUDED.event_title ELSE 'neutral' END,
      invites = EXCLUDED.invites AND s.account_kind IS NOT DISTINCT FROM 'organisation'`

/** Where events are to be written by her choice. Undefined where that calendar is not one of hers that may be written into. */
export async function chosenReceiver(
  transaction: Transaction,
  connectionId: string,
  { receiver: id }: WritingChange,
): Promise<Pick<WritingColumns, 'writesTo'> | undefined> {
  if (id === undefined) return {}
  const calendars = await transaction.connectedCalendar.findMany({ where: { connectionId }, include: { detail: true } })
  const chosen = calendars.find((calendar) => calendar.id === id)
  if (chosen === undefined) return undefined
  const { externalId, isDefault, detail } = chosen
  if (!mayReceive({ externalId, isDefault, kind: detail?.kind, isReadOnly: detail?.readOnly })) return undefined
  return { writesTo: isDefault ? null : externalId }
}

interface WritingColumns extends Pick<WritingChange, 'eventTitle' | 'invites'> {
  /** Null: the default calendar. */
  readonly writesTo?: string | null
  readonly actor?: string
}

/** Whatever is absent stays; the audit keeps what changed, and who said so. */
export async function changeWriting(
  transaction: Transaction,
  { id: connectionId, tenantId }: Account,
  change: WritingColumns,
): Promise<void> {
  const { connectionSetting } = transaction
  const row = await connectionSetting.findUnique({ where: { connectionId } })
  const before = toWriting(row)
  const isKnown = row?.accountKind === 'organisation'
  const after = {
    writesTo: change.writesTo === undefined ? (row?.writesTo ?? null) : change.writesTo,
    eventTitle: isKnown ? (change.eventTitle ?? before.eventTitle) : DEFAULT_WRITING.eventTitle,
    invites: isKnown && (change.invites ?? before.invites),
  }
  const moves = after.writesTo !== (row?.writesTo ?? null)
  if (!moves && after.eventTitle === before.eventTitle && after.invites === before.invites) return
  await connectionSetting.upsert({
    where: { connectionId },
    // The constraint judges this row, too, whether or not it is what is stored then.
    create: { connectionId, tenantId, accountKind: row?.accountKind ?? null, ...after },
    update: after,
    select: { connectionId: true },
  })
  const { eventTitle, invites } = after
  await recordAudit(transaction, {
    tenantId,
    actor: change.actor ?? 'operator',
    action: 'calendar_writing_changed',
    subjectId: connectionId,
    detail: { eventTitle, invites, receiver: moves ? 'changed' : 'same' },
  })
}

/** The provider gave a calendar another id: what she chose, and what was written there, follows. */
export async function followReceiver(
  transaction: Transaction,
  { id, tenantId }: Account,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await transaction.connectionSetting.updateMany({
    where: { connectionId: id, writesTo: from },
    data: { writesTo: to },
  })
  const where = { tenantId }
  await transaction.booking.updateMany({ where: { ...where, eventCalendarId: from }, data: { eventCalendarId: to } })
  await transaction.formerEvent.updateMany({ where: { ...where, calendarId: from }, data: { calendarId: to } })
}
