import type { CalendarAccess } from './calendar-connector.ts'
import type { CalendarProviderType } from './calendar-provider-type.ts'
import type { ConnectionEvidence } from './connection.ts'

/** A connected account, without its address, which is the therapist's. */
export interface AdministeredAccount {
  /** Of its connection. */
  readonly id: string
  readonly provider: CalendarProviderType
  readonly access: CalendarAccess
  readonly receives: boolean
  readonly evidence: ConnectionEvidence
}

/** A tenant as its operator sees it. */
export interface AdministeredTenant {
  readonly id: string
  readonly slug: string
  readonly name: string
  /** IANA. */
  readonly timeZone: string
  readonly createdAt: Date
  readonly suspendedAt: Date | undefined
  /** Since when it takes no bookings any more. */
  readonly closedAt: Date | undefined
  /** Since when everything of it is being removed. */
  readonly offboardingAt: Date | undefined
  /** Those in use: the one that receives sessions first, then those that only block. */
  readonly accounts: readonly AdministeredAccount[]
  /** Events that are still to be written or removed. */
  readonly waitingEvents: number
}

/** What an operator changes of a tenant; what is absent stays. */
export interface TenantChange {
  readonly slug?: string
  readonly name?: string
  /** IANA. */
  readonly timeZone?: string
  readonly suspended?: boolean
  /** Of bookings: no booking is made after a change that closes it. */
  readonly closed?: boolean
}

/** The audit keeps each change, in the same transaction; actor as in `AuditEvent`. */
export interface TenantAdministration {
  /** In the order of their slugs, from the first after `afterSlug`, at most `limit`. */
  list(afterSlug: string | undefined, limit: number): Promise<readonly AdministeredTenant[]>
  bySlug(slug: string): Promise<AdministeredTenant | undefined>
  /** `unchanged`: it is so already, and nothing is recorded. `offboarding`: it neither opens nor resumes any more. */
  change(
    tenantId: string,
    change: TenantChange,
    now: Date,
    actor: string,
  ): Promise<'changed' | 'unchanged' | 'unknown' | 'slug_taken' | 'offboarding'>
}
