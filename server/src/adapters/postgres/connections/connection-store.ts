import { z } from 'zod'
import type { ConnectionStore } from '../../../ports/connection-store.ts'
import { type Log, silentLog } from '../../../ports/log.ts'
import { currentRequestId } from '../accounts/audit-log.ts'
import { withCalendarLock } from '../bookings/calendar-lock.ts'
import { makeOneDue, makeOutboxDue, oneDue, requeueOutbox } from '../bookings/outbox-jobs.ts'
import type { Database, Transaction } from '../client.ts'
import { guarded } from '../database-errors.ts'
import { Prisma } from '../generated/client.ts'
import { isUuid } from '../ids.ts'
import { recordLooks } from './calendar-looks.ts'
import { chooseBlocking, recordUnread, syncCalendars } from './connected-calendars.ts'
import { findConnected, findConnection, keptAt, LIVE } from './connection-rows.ts'
import { confirmPending, disconnect, pendingAt } from './end-connection.ts'
import { isConnected, shredTokens } from './ended-grant.ts'
import { soonerWhileFailing } from './failing-turn.ts'
import { keptAccounts, releasable } from './kept-grants.ts'
import { release } from './release-grant.ts'
import { storeFirst } from './store-first.ts'
import { storeFurther } from './store-further.ts'
import { storeGrant } from './store-grant.ts'
import { changeWriting, chosenReceiver } from './writing-settings.ts'

const Before = z.array(z.object({ failed: z.boolean(), receives: z.boolean() })).max(1)

/** Logs when reading an account begins to fail, fails for another reason, and succeeds again: one line each, whichever process saw it. */
export function createConnectionStore(database: Database, log: Log = silentLog): ConnectionStore {
  const locked = <T>(tenantId: string, work: (transaction: Transaction) => Promise<T>): Promise<T> =>
    withCalendarLock(database, tenantId, work)

  return guarded<ConnectionStore>({
    active: (tenantId) => findConnection(database, { tenantId, status: 'ACTIVE' }),

    connected: (tenantId) => findConnected(database, tenantId),

    pending: (tenantId, now) => findConnection(database, pendingAt(tenantId, now)),

    isConnected: (account, now) => isConnected(database, account, now),

    async byId(tenantId, id) {
      return isUuid(id) ? findConnection(database, { tenantId, id }) : undefined
    },

    store: (brought) => locked(brought.tenantId, (transaction) => storeGrant(transaction, brought)),

    storeFirst: (brought) => locked(brought.tenantId, (transaction) => storeFirst(transaction, brought)),

    storeFurther: (brought, how) => locked(brought.tenantId, (transaction) => storeFurther(transaction, brought, how)),

    async confirmPending(tenantId, connectionId, now, actor, events = 'leave') {
      if (!isUuid(connectionId)) return undefined
      const ending = { tenantId, connectionId, now, actor, events }
      return locked(tenantId, (transaction) => confirmPending(transaction, ending))
    },

    async disconnect(tenantId, connectionId, now, actor, events = 'leave') {
      if (!isUuid(connectionId)) return undefined
      const ending = { tenantId, connectionId, now, actor, events }
      return locked(tenantId, (transaction) => disconnect(transaction, ending))
    },

    kept: (tenantId, now) => keptAccounts(database, tenantId, now),

    keptFor: (tenantId, { provider, accountKey }, now) =>
      findConnection(database, {
        tenantId,
        provider,
        accountKey,
        access: 'BOOKINGS',
        ...keptAt(now),
      }),

    releasable: (now, tenantId) => releasable(database, now, tenantId),

    release: (tenantId, connectionId, now) =>
      locked(tenantId, (transaction) => release(transaction, { tenantId, connectionId, now })),

    shred: (connectionId) => database.$transaction((transaction) => shredTokens(transaction, connectionId)),

    async chooseCalendars(tenantId, connectionId, blockingIds, policy = {}, unread = undefined, writing = {}) {
      const isChosen = await locked(tenantId, async (transaction) => {
        const account = await connectedAccount(transaction, tenantId, connectionId)
        const receiver = account && (await chosenReceiver(transaction, connectionId, writing))
        if (account === undefined || receiver === undefined) return false
        if (!(await chooseBlocking(transaction, account, blockingIds, unread))) return false
        await changeWriting(transaction, account, { ...writing, ...receiver })
        await transaction.tenant.update({ where: { id: tenantId }, data: policy, select: { id: true } })
        return true
      })
      if (!isChosen || writing.receiver === undefined) return isChosen
      await makeOutboxDue(database, tenantId)
      await requeueOutbox(database, tenantId)
      return isChosen
    },

    async refreshCalendars(tenantId, connectionId, calendars, now, unread = new Map()) {
      const account = await locked(tenantId, async (transaction) => {
        const found = await connectedAccount(transaction, tenantId, connectionId)
        if (found !== undefined) await syncCalendars(transaction, found, { calendars, unread }, now)
        return found
      })
      // What a further account answers says nothing of the one that is written to.
      if (account?.status !== 'BLOCKING') await makeOneDue(database, tenantId)
    },

    async recordRead(tenantId, connectionId, at) {
      const rows = await database.$queryRaw`
        WITH before AS (
          SELECT id, failure_reason FROM calendar_connection
          WHERE id = ${connectionId}::uuid AND tenant_id = ${tenantId}::uuid AND status IN ('ACTIVE', 'BLOCKING') FOR UPDATE
        ), live AS (
          UPDATE calendar_connection c
          SET last_read_at = GREATEST(last_read_at, ${at}::timestamptz), failure_reason = NULL, failing_since = NULL
          FROM before WHERE c.id = before.id
          RETURNING c.id, before.failure_reason IS NOT NULL AS failed, c.status = 'ACTIVE' AS receives
        ), mended AS (
          UPDATE calendar_detail d SET failure_reason = NULL, failing_since = NULL
          FROM live JOIN connected_calendar c ON c.connection_id = live.id
          WHERE d.id = c.id AND c.blocks AND d.failure_reason IS NOT NULL
        )
        SELECT failed, receives,
          CASE WHEN receives AND NOT failed THEN (SELECT count(*) FROM ${oneDue(tenantId)}) END AS due
        FROM live`
      const [before] = Before.parse(rows)
      if (before === undefined) return
      if (before.failed) log.info('connection_recovered', { tenantId, connectionId })
      if (before.receives && before.failed) await makeOutboxDue(database, tenantId)
    },

    async recordUnread(tenantId, id, unread) {
      if (await recordUnread(database, { tenantId, id }, unread)) await makeOneDue(database, tenantId)
    },

    recordLooks: (tenantId, id, looks) => recordLooks(database, { tenantId, id }, looks),

    async recordFailure(tenantId, connectionId, failure, at, code) {
      // The row is locked before it is compared, so that of two reports of one failure one is audited.
      const rows = await database.$queryRaw`
        WITH before AS (
          SELECT id, failure_reason FROM calendar_connection
          WHERE id = ${connectionId}::uuid AND tenant_id = ${tenantId}::uuid AND status IN ('ACTIVE', 'BLOCKING') FOR UPDATE
        ), changed AS (
          UPDATE calendar_connection c
          SET failing_since = CASE WHEN before.failure_reason = ${failure} THEN c.failing_since ELSE ${at}::timestamptz END,
            failure_reason = ${failure},
            maintain_at = ${soonerWhileFailing(Prisma.sql`c.maintain_at`, Prisma.sql`${failure}::text`)}
          FROM before WHERE c.id = before.id RETURNING c.id, c.tenant_id, before.failure_reason AS earlier
        ), audited AS (
          INSERT INTO audit_event (tenant_id, actor, action, subject_id, request_id, detail)
          SELECT tenant_id, 'provider', 'calendar_access_lost', id::text, ${currentRequestId() ?? null}::text,
            jsonb_strip_nulls(jsonb_build_object('reason', ${failure}::text, 'code', ${code ?? null}::text))
          FROM changed
          WHERE earlier IS DISTINCT FROM ${failure} AND ${failure} IN ('reconnect', 'admin_consent', 'forbidden')
        )
        SELECT id FROM changed WHERE earlier IS DISTINCT FROM ${failure}`
      if (Array.isArray(rows) && rows.length > 0)
        log.warn('connection_failing', { tenantId, connectionId, reason: failure, code })
    },

    async recordMismatch(tenantId, connectionId, at) {
      const marked = await database.$executeRaw`
        UPDATE calendar_connection c
        SET failing_since = CASE WHEN c.failure_reason = 'misconfigured' THEN c.failing_since ELSE ${at}::timestamptz END,
          failure_reason = 'misconfigured'
        FROM tenant t
        WHERE c.id = ${connectionId}::uuid AND c.tenant_id = ${tenantId}::uuid AND c.status = 'ACTIVE'
          AND t.id = c.tenant_id AND t.calendar_provider <> c.provider`
      return marked > 0
    },
  })
}

async function connectedAccount(transaction: Transaction, tenantId: string, id: string) {
  if (!isUuid(id)) return undefined
  const row = await transaction.calendarConnection.findFirst({
    where: { id, tenantId, status: { in: [...LIVE] } },
    select: { id: true, tenantId: true, provider: true, status: true },
  })
  return row ?? undefined
}
