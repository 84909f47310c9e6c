import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { Grant } from '../ports/calendar-connector.ts'
import type { CalendarProviderType } from '../ports/calendar-provider-type.ts'
import type { Clock } from '../ports/clock.ts'
import { isSameMailbox, type Mailbox } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'
import type { Tenant } from '../ports/tenant-store.ts'
import type { CalendarEvidence } from './calendar-evidence.ts'
import { type Listed, listCalendars } from './list-calendars.ts'
import { createLookAtCalendars } from './look-at-calendars.ts'

/** The calendars of an account that is about to be connected: listed and read before it is stored, and judged afterwards. */
export interface NewAccount {
  /** `id`: the one under which its tokens are staged. */
  list(
    account: NewAccountParams & { readonly id: string; readonly provider: CalendarProviderType; readonly grant: Grant },
    signal: AbortSignal,
  ): Promise<Listed>
  /** Records what the read before storing has shown, of the calendars that are ticked now. */
  recordProbe(account: NewAccountParams & { readonly mailbox: Mailbox }, listed: Listed): Promise<void>
}

interface NewAccountParams {
  readonly tenant: Tenant
  readonly binding: CalendarBinding
}

export interface NewAccountParts {
  readonly connections: Pick<ConnectionStore, 'connected' | 'recordRead' | 'recordFailure' | 'recordLooks'>
  readonly evidence: Pick<CalendarEvidence, 'unread'>
  readonly clock: Clock
  readonly log: Log
}

export function createNewAccount(parts: NewAccountParts): NewAccount {
  const { clock, log } = parts
  const lookAt = createLookAtCalendars(parts)

  const storedOf = async (tenantId: string, account: Mailbox) =>
    (await parts.connections.connected(tenantId)).find((one) => isSameMailbox(one, account))

  return {
    // Each calendar that is to be ticked is read once.
    async list({ tenant, binding, id, grant: { accountKey, access }, provider }, signal) {
      const { id: tenantId, timeZone, policy } = tenant
      const context = { id, tenantId, accountKey, access, timeZone, policy, calendarIds: [] }
      const known = (await storedOf(tenantId, { provider, accountKey }))?.calendars ?? []
      return listCalendars({ binding, context, known, ticked: true, clock, signal })
    },

    async recordProbe({ tenant, binding, mailbox }, { probe, readAt }) {
      const connection = await storedOf(tenant.id, mailbox)
      if (connection === undefined) return
      const { tenantId, id, calendars } = connection
      if ('error' in probe) {
        log.warn('connection_check_failed', { tenantId, connectionId: id, reason: probe.error.reason })
        return parts.connections.recordFailure(tenantId, id, probe.error.reason, clock.now(), probe.error.code)
      }
      const { failures } = probe
      if (failures.size > 0) await parts.evidence.unread({ tenant, connection, binding }, failures)
      if (!calendars.some(({ blocks, externalId }) => blocks && failures.has(externalId)))
        await parts.connections.recordRead(tenantId, id, readAt)
      await lookAt({ tenant, connection, binding })
    },
  }
}
