import type { ExportCursor, ExportedPart, TenantExport } from '../../../ports/tenant-export.ts'
import { UnreadableTokens } from '../../../ports/token-vault.ts'
import { ERASED } from '../bookings/booking-rows.ts'
import type { Database } from '../client.ts'
import { guarded } from '../database-errors.ts'
import type { Prisma } from '../generated/client.ts'
import { isUuid } from '../ids.ts'

// Column by column: a new one is exported once somebody has looked at what it holds.
const PRACTICE = {
  id: true,
  slug: true,
  name: true,
  timeZone: true,
  calendarProvider: true,
  slotGridMinutes: true,
  minimumNoticeMinutes: true,
  horizonDays: true,
  tentativeBlocks: true,
  workingElsewhereBlocks: true,
  contactLine: true,
  language: true,
  languages: true,
  clock: true,
  retentionDays: true,
  suspendedAt: true,
  closedAt: true,
  createdAt: true,
} as const

const USER = { id: true, email: true, role: true, disabledAt: true, createdAt: true } as const

const SERVICE = {
  id: true,
  name: true,
  durationMinutes: true,
  bufferBeforeMinutes: true,
  bufferAfterMinutes: true,
  online: true,
  active: true,
  createdAt: true,
} as const

const HOURS = { weekday: true, startMinute: true, endMinute: true } as const

const ACCOUNT = {
  id: true,
  provider: true,
  status: true,
  access: true,
  accountKey: true,
  accountAddress: true,
  scopes: true,
  lastReadAt: true,
  failureReason: true,
  failingSince: true,
  createdAt: true,
  disconnectedAt: true,
  setting: { select: { accountKind: true, writesTo: true, eventTitle: true, invites: true } },
  calendars: {
    orderBy: { externalId: 'asc' as const },
    select: {
      externalId: true,
      name: true,
      isDefault: true,
      blocks: true,
      firstSeenAt: true,
      detail: { select: { kind: true, ownerName: true, readOnly: true } },
    },
  },
} as const

const BOOKING = {
  id: true,
  serviceId: true,
  service: { select: { name: true } },
  startsAt: true,
  endsAt: true,
  blockedFrom: true,
  blockedUntil: true,
  status: true,
  clientName: true,
  clientEmail: true,
  calendarCheck: true,
  calendarCheckedAt: true,
  eventStatus: true,
  eventId: true,
  eventConnectionId: true,
  eventCalendarId: true,
  eventInvited: true,
  eventFailure: true,
  eventJoinUrl: true,
  cancelledAt: true,
  createdAt: true,
  formerEvents: {
    select: {
      connectionId: true,
      status: true,
      eventId: true,
      calendarId: true,
      invited: true,
      joinUrl: true,
      failure: true,
      leftAt: true,
    },
  },
  eventDifferences: {
    select: {
      eventId: true,
      kind: true,
      startsAt: true,
      endsAt: true,
      firstSeenAt: true,
      answer: true,
      answeredAt: true,
    },
  },
} as const

export const createTenantExport = (database: Database): TenantExport =>
  guarded<TenantExport>({
    async whole(tenantId) {
      const practice = isUuid(tenantId)
        ? await database.tenant.findUnique({ where: { id: tenantId }, select: PRACTICE })
        : null
      if (practice === null) return undefined
      const [where, orderBy] = [{ tenantId }, { id: 'asc' as const }]
      const users = await database.user.findMany({ where, orderBy, select: USER })
      const services = await database.service.findMany({ where, orderBy, select: SERVICE })
      const inWeek = [{ weekday: 'asc' as const }, { startMinute: 'asc' as const }]
      const workingHours = await database.workingHours.findMany({ where, orderBy: inWeek, select: HOURS })
      const accounts = await database.calendarConnection.findMany({ where, orderBy, select: ACCOUNT })
      return { practice, users, services, workingHours, accounts: accounts.map(toAccount) }
    },

    async bookings(tenantId, after, limit) {
      const rows = await database.booking.findMany({
        // Both by the index of a tenant's bookings, which knows the first of them.
        where: {
          tenantId,
          ...(after && { startsAt: { gte: after.at } }),
          ...(after && { OR: [{ startsAt: { gt: after.at } }, { id: { gt: after.id } }] }),
        },
        orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
        take: limit,
        select: BOOKING,
      })
      return { rows: rows.map(toExported), next: next(rows, limit, ({ startsAt }) => startsAt) }
    },

    async audit(tenantId, after, limit) {
      const rows = await database.auditEvent.findMany({
        where: {
          tenantId,
          ...(after && { at: { gte: after.at } }),
          ...(after && { OR: [{ at: { gt: after.at } }, { id: { gt: BigInt(after.id) } }] }),
        },
        orderBy: [{ at: 'asc' }, { id: 'asc' }],
        take: limit,
        select: { id: true, at: true, actor: true, action: true, subjectId: true, requestId: true, detail: true },
      })
      return { rows: rows.map(({ id: _, ...row }) => row), next: next(rows, limit, ({ at }) => at) }
    },
  })

function next<Row extends { readonly id: string | bigint }>(
  rows: readonly Row[],
  limit: number,
  momentOf: (row: Row) => Date,
): ExportCursor | undefined {
  const last = rows.length < limit ? undefined : rows.at(-1)
  return last && { at: momentOf(last), id: String(last.id) }
}

type AccountRow = Prisma.CalendarConnectionGetPayload<{ select: typeof ACCOUNT }>

function toAccount({ accountKey, calendars, ...account }: AccountRow): ExportedPart {
  return {
    ...account,
    // Whose account it is, at its provider.
    accountId: accountKey,
    calendars: calendars.map((calendar) => {
      const { externalId, isDefault, blocks, firstSeenAt, detail } = calendar
      return {
        externalId,
        name: decrypted(() => calendar.name),
        isDefault,
        blocks,
        firstSeenAt,
        kind: detail?.kind ?? 'own',
        ownerName: decrypted(() => detail?.ownerName ?? null),
        readOnly: detail?.readOnly ?? false,
      }
    }),
  }
}

/** Null where it does not decrypt. */
function decrypted(read: () => string | null): string | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof UnreadableTokens) return null
    throw error
  }
}

type BookingRow = Prisma.BookingGetPayload<{ select: typeof BOOKING }>

function toExported({ service, clientName, clientEmail, ...booking }: BookingRow): ExportedPart {
  const erased = clientEmail === ERASED
  return { ...booking, service: service.name, erased, client: erased ? null : { name: clientName, email: clientEmail } }
}
