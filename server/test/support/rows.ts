import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Database } from '../../src/adapters/postgres/client.ts'
import type { EventStatus } from '../../src/domain/booking-event.ts'
import type { NewBooking } from '../../src/ports/booking-store.ts'
import type { Grant } from '../../src/ports/calendar-connector.ts'
import type { NewConnection } from '../../src/ports/connection-store.ts'
import type { Practice } from './practice.ts'

/** A connected account, sealed under the database's ring. */
export async function createConnection(
  database: Database,
  tenantId: string,
  tokenCache: string,
  more: { provider?: 'GOOGLE' | 'MICROSOFT'; status?: 'ACTIVE' | 'PENDING'; further?: boolean } = {},
): Promise<string> {
  const id = randomUUID()
  const role = more.further
    ? ({ status: 'BLOCKING', access: 'AVAILABILITY', slot: 1 } as const)
    : ({ status: more.status ?? 'ACTIVE', access: 'BOOKINGS' } as const)
  await database.calendarConnection.create({
    data: {
      id,
      tenantId,
      provider: more.provider ?? 'MICROSOFT',
      ...role,
      accountKey: `account-${id}`,
      scopes: ['Calendars.ReadBasic'],
      tokenCache,
      tokenVersion: 1,
    },
  })
  return id
}

const MINUTE_MS = 60_000

/** Noon of a day far away, in UTC, so that no test depends on today. */
export const NOW = new Date('2030-03-04T12:00:00Z')

export const minutesAfter = (start: Date, minutes: number): Date => new Date(start.getTime() + minutes * MINUTE_MS)

/** A request for 50 minutes, a day ahead unless `startsAt` says otherwise. */
export function newBooking(practice: Practice, more: Partial<NewBooking> & { startsAt?: Date } = {}): NewBooking {
  const { startsAt = minutesAfter(NOW, 24 * 60), ...rest } = more
  const session = { start: startsAt, end: minutesAfter(startsAt, 50) }
  return {
    id: randomUUID(),
    tenantId: practice.tenantId,
    serviceId: practice.serviceId,
    session,
    blocked: session,
    clientName: 'A client',
    clientEmail: `${randomUUID()}@client.example`,
    manageTokenHash: randomUUID(),
    idempotencyKeyHash: randomUUID(),
    requestHash: 'request',
    calendarCheck: 'FRESH',
    calendarCheckedAt: NOW,
    readConnectionIds: [],
    wantsEvent: true,
    ...rest,
  }
}

export interface PutEvent {
  readonly status: EventStatus
  readonly id?: string
  readonly connectionId?: string
  readonly failure?: string
}

/** Puts the event of a booking into a status, whether or not a move leads there. */
export async function putEvent(database: Database, bookingId: string, event: PutEvent): Promise<void> {
  await database.booking.update({
    where: { id: bookingId },
    data: {
      eventStatus: event.status,
      eventId: event.id ?? null,
      eventConnectionId: event.connectionId ?? null,
      eventFailure: event.failure ?? null,
    },
  })
}

export function newConnection(
  practice: Practice,
  more: Partial<Omit<NewConnection, 'grant'>> & { grant?: Partial<Grant> } = {},
): NewConnection {
  const { grant, ...rest } = more
  return {
    tenantId: practice.tenantId,
    userId: practice.userId,
    provider: 'MICROSOFT',
    calendars: [
      { id: 'calendar-1', name: 'Private calendar', isDefault: true },
      { id: 'calendar-2', name: 'Second calendar', isDefault: false },
    ],
    now: NOW,
    ...rest,
    grant: {
      accountKey: 'directory.person',
      accountAddress: 'person@therapist.example',
      scopes: ['Calendars.ReadBasic', 'Calendars.ReadWrite'],
      access: 'bookings',
      tokenCache: '{"RefreshToken":"first"}',
      accessExpiresAt: minutesAfter(NOW, 60),
      ...grant,
    },
  }
}

/** The keys of the jobs that wait, sorted. */
export async function queuedJobs(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ key: string }>(
    'SELECT key FROM graphile_worker.jobs WHERE key IS NOT NULL ORDER BY key',
  )
  return rows.map(({ key }) => key)
}

/** What the audit log says of a tenant, oldest first: `action actor`. */
export async function auditOf(pool: pg.Pool, tenantId: string): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT action || ' ' || actor AS line FROM audit_event WHERE tenant_id = $1 ORDER BY id`,
    [tenantId],
  )
  return rows.map(({ line }) => line)
}

/** How many statements wait for a lock that `client` has. */
export async function waitingFor(pool: pg.Pool, client: pg.PoolClient): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const found = await pool.query('SELECT 1 FROM pg_stat_activity WHERE $1::int = ANY (pg_blocking_pids(pid))', [
    rows[0]?.pid,
  ])
  return found.rowCount ?? 0
}
