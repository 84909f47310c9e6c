import type { BusyPolicy, CalendarAccess, CalendarListing, Grant } from './calendar-connector.ts'
import type { CalendarFailure } from './calendar-provider.ts'
import type { CalendarProviderType } from './calendar-provider-type.ts'

/** A connected account without its tokens. */
export interface Connection {
  readonly id: string
  readonly tenantId: string
  readonly provider: CalendarProviderType
  readonly access: CalendarAccess
  readonly accountKey: string
  readonly accountAddress: string | undefined
  readonly tokenVersion: number
  readonly refreshedAt: Date | undefined
  readonly evidence: ConnectionEvidence
  readonly calendars: readonly ConnectedCalendar[]
}

/** What is known of a connection's health; the health itself is derived from it. */
export interface ConnectionEvidence {
  readonly lastReadAt: Date | undefined
  readonly failure: CalendarFailure | undefined
  readonly failingSince: Date | undefined
}

export interface ConnectedCalendar {
  /** Our id, used in forms. */
  readonly id: string
  /** The provider's id. */
  readonly externalId: string
  readonly name: string
  readonly isDefault: boolean
  readonly blocks: boolean
  readonly firstSeenAt: Date
}

/** What an account's connection leaves behind when it ends here: the grant at its provider. */
export interface EndedGrant {
  readonly provider: CalendarProviderType
  /** For revocation, and given this once: the stored copy is shredded. Undefined where it does not decrypt. */
  readonly tokenCache: string | undefined
  /** Another live connection, of whatever tenant, is to the same account: some providers would end its grant too. */
  readonly shared: boolean
}

export interface ConnectionStore {
  active(tenantId: string): Promise<Connection | undefined>
  /** An account that was redeemed but waits for the therapist to confirm that it replaces the active one. */
  pending(tenantId: string, now: Date): Promise<Connection | undefined>
  byId(tenantId: string, id: string): Promise<Connection | undefined>
  /**
   * Stores what a callback brought. The same account as the active one: its tokens, access and calendars are renewed.
   * No active one: it becomes active and the tenant's provider changes, in one transaction. Another account: it waits as pending.
   * An account that waited before is `overtaken`: its tokens are shredded.
   */
  store(grant: NewConnection): Promise<{
    readonly connectionId: string
    readonly outcome: 'connected' | 'reconnected' | 'pending'
    readonly overtaken: EndedGrant | undefined
  }>
  /**
   * The pending account replaces the active one, whose tokens are shredded, and the tenant's provider changes.
   * Undefined when it waits no more. `actor` as in {@link AuditEvent}; whoever connected it when absent.
   */
  confirmPending(
    tenantId: string,
    connectionId: string,
    now: Date,
    actor?: string,
  ): Promise<{ readonly replaced: EndedGrant | undefined } | undefined>
  /**
   * Shreds the tokens, forgets the calendars and cancels what was queued for it. Undefined when it is not live. `actor` as in {@link AuditEvent}; whoever connected it when absent.
   */
  disconnect(tenantId: string, connectionId: string, now: Date, actor?: string): Promise<EndedGrant | undefined>
  /** All of it or, where the connection or a calendar is not the tenant's, nothing (false). */
  chooseCalendars(
    tenantId: string,
    connectionId: string,
    blockingIds: readonly string[],
    policy?: Partial<BusyPolicy>,
  ): Promise<boolean>
  /** New calendars block until the therapist unticks them; ones that are gone are forgotten. */
  refreshCalendars(
    tenantId: string,
    connectionId: string,
    listings: readonly CalendarListing[],
    now: Date,
  ): Promise<void>
  recordRead(tenantId: string, connectionId: string, at: Date): Promise<void>
  /** Keeps the moment of the first failure of a kind. The end of a grant is audited once, with `code` if it says why. */
  recordFailure(
    tenantId: string,
    connectionId: string,
    failure: CalendarFailure,
    at: Date,
    code?: string,
  ): Promise<void>
  /**
   * True where, at one moment, this connection is active and the tenant's column names another provider: then it has failed
   * as `misconfigured`, since the first time it was found so.
   */
  recordMismatch(tenantId: string, connectionId: string, at: Date): Promise<boolean>
  /** Active connections in the order of their ids, after `afterId`, with the time zone and policy of their tenants. */
  allActive(afterId: string | undefined, limit: number): Promise<readonly Connection[]>
}

export interface NewConnection {
  readonly tenantId: string
  readonly userId: string
  readonly provider: CalendarProviderType
  readonly grant: Grant
  readonly calendars: readonly CalendarListing[]
  readonly now: Date
}
