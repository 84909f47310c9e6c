import type { ApartKind, CalendarAccess } from '../../../ports/calendar-connector.ts'
import type { ConnectedCalendar, Connection } from '../../../ports/connection.ts'
import { UnreadableTokens } from '../../../ports/token-vault.ts'
import { toFailure } from '../bookings/booking-rows.ts'
import type { Database, Transaction } from '../client.ts'
import type { CalendarAccess as AccessColumn, ConnectionStatus, Prisma } from '../generated/client.ts'
import { toLook } from './calendar-looks.ts'
import { toWriting } from './writing-settings.ts'

/** How long a pending connection waits for the therapist's confirmation. */
export const PENDING_MS = 10 * 60 * 1000

/** Of a connection that has ended: its tokens may still be used, to remove events. */
export const keptAt = (now: Date) => ({ keptGrant: { keptUntil: { gt: now }, revocationBeganAt: null } })

/** Of a connection that is in use: its calendars block. */
export const IN_USE: readonly ConnectionStatus[] = ['ACTIVE', 'BLOCKING']

/** Of a connection whose tokens may be used for everything it is for. */
export const LIVE: readonly ConnectionStatus[] = [...IN_USE, 'PENDING']

export const toAccess = (column: AccessColumn): CalendarAccess => (column === 'BOOKINGS' ? 'bookings' : 'availability')

export const fromAccess = (access: CalendarAccess): AccessColumn =>
  access === 'bookings' ? 'BOOKINGS' : 'AVAILABILITY'

/** Without the token cache: only the token vault reads it. */
export const CONNECTION_PARTS = {
  omit: { tokenCache: true as const },
  include: {
    calendars: {
      include: { detail: true as const },
      orderBy: [{ isDefault: 'desc' as const }, { firstSeenAt: 'asc' as const }, { id: 'asc' as const }],
    },
    setting: true as const,
  },
}

const load = (database: Transaction, where: Prisma.CalendarConnectionWhereInput) =>
  database.calendarConnection.findFirst({ where, ...CONNECTION_PARTS })

type Row = NonNullable<Awaited<ReturnType<typeof load>>>
type DetailRow = NonNullable<Row['calendars'][number]['detail']>
type Unowned<Row> = Omit<Row, 'id' | 'connectionId' | 'tenantId' | 'provider'>

/** What of its rows a {@link Connection} is made of. */
export type ConnectionRow = Pick<
  Row,
  | 'id'
  | 'tenantId'
  | 'provider'
  | 'access'
  | 'accountKey'
  | 'accountAddress'
  | 'tokenVersion'
  | 'refreshedAt'
  | 'lastReadAt'
  | 'failureReason'
  | 'failingSince'
  | 'slot'
> & {
  readonly setting: Unowned<NonNullable<Row['setting']>> | null
  readonly calendars: readonly CalendarRow[]
}

export type CalendarRow = Omit<Row['calendars'][number], 'connectionId' | 'detail'> & {
  readonly detail: Unowned<DetailRow> | null
}

export async function findConnection(
  database: Transaction,
  where: Prisma.CalendarConnectionWhereInput,
): Promise<Connection | undefined> {
  const row = await load(database, where)
  return row === null ? undefined : toConnection(row)
}

/** The account that receives first, then further ones, the oldest first. */
export async function findConnected(database: Database, tenantId: string): Promise<Connection[]> {
  const rows = await database.calendarConnection.findMany({
    where: { tenantId, status: { in: [...IN_USE] } },
    // By the enum's order ACTIVE comes first.
    orderBy: [{ status: 'asc' }, { createdAt: 'asc' }, { slot: 'asc' }],
    ...CONNECTION_PARTS,
  })
  return rows.map((row) => toConnection(row))
}

/** Those of these connections that are in use. */
export async function findInUse(database: Database, ids: readonly string[]): Promise<Connection[]> {
  if (ids.length === 0) return []
  const rows = await database.calendarConnection.findMany({
    where: { id: { in: [...ids] }, status: { in: [...IN_USE] } },
    ...CONNECTION_PARTS,
  })
  return rows.map((row) => toConnection(row))
}

/** How a row's names are read; they are not before one is shown. */
export interface CalendarNames {
  readonly nameOf: (row: CalendarRow) => string
  readonly ownerOf: (row: CalendarRow) => string | null
}

/** As Prisma's rows have them, which decrypt themselves. */
const READ: CalendarNames = { nameOf: ({ name }) => name, ownerOf: ({ detail }) => detail?.ownerName ?? null }

export const toConnection = (row: ConnectionRow, names = READ): Connection => ({
  id: row.id,
  tenantId: row.tenantId,
  role: row.slot === null ? 'receives' : 'blocks',
  provider: row.provider,
  access: toAccess(row.access),
  accountKey: row.accountKey,
  accountAddress: row.accountAddress ?? undefined,
  tokenVersion: row.tokenVersion,
  refreshedAt: row.refreshedAt ?? undefined,
  evidence: {
    lastReadAt: row.lastReadAt ?? undefined,
    failure: toFailure(row.failureReason),
    failingSince: row.failingSince ?? undefined,
    unreadSince: earliest(
      row.calendars.filter(({ blocks }) => blocks).map(({ detail }) => detail?.failingSince ?? null),
    ),
  },
  calendars: row.calendars.map((calendar) => new CalendarOfRow(calendar, names)),
  writing: toWriting(row.setting),
})

function earliest(moments: readonly (Date | null)[]): Date | undefined {
  const known = moments.filter((moment) => moment !== null).map((moment) => moment.getTime())
  return known.length === 0 ? undefined : new Date(Math.min(...known))
}

const KINDS: Readonly<Record<string, ApartKind>> = { foreign: 'foreign', hidden: 'hidden' }

/** Undefined where the value does not decrypt: the calendar counts all the same. */
function decrypted<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof UnreadableTokens) return undefined
    throw error
  }
}

class CalendarOfRow implements ConnectedCalendar {
  readonly #row
  readonly #names
  readonly id
  readonly externalId
  readonly kind
  readonly isDefault
  readonly isReadOnly
  readonly blocks
  readonly failure
  readonly firstSeenAt
  readonly look

  constructor(row: CalendarRow, names: CalendarNames) {
    this.#row = row
    this.#names = names
    this.id = row.id
    this.externalId = row.externalId
    this.kind = KINDS[row.detail?.kind ?? 'own']
    this.isDefault = row.isDefault
    this.isReadOnly = row.detail?.readOnly ?? false
    this.blocks = row.blocks
    this.failure = toFailure(row.detail?.failureReason ?? null)
    this.firstSeenAt = row.firstSeenAt
    this.look = toLook(row.detail)
  }

  // Getters, so that a name is decrypted when it is shown: free/busy needs no names.
  get name() {
    return decrypted(() => this.#names.nameOf(this.#row))
  }

  get ownerName() {
    return decrypted(() => this.#names.ownerOf(this.#row)) ?? undefined
  }
}
