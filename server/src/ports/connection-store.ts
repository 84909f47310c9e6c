import type { EventsLeft } from '../domain/account-ending.ts'
import type { BusyPolicy, CalendarListing, Grant } from './calendar-connector.ts'
import type { CalendarFailure } from './calendar-failure.ts'
import type { CalendarProviderType } from './calendar-provider-type.ts'
import type { CalendarLooks, Connection, Mailbox, WritingChange } from './connection.ts'

/** A practice has at most so many further accounts beside the one that receives; the database has as many slots for them. */
export const MAX_FURTHER_ACCOUNTS = 4

/** What remains of a connection that has ended: the grant at its provider. */
export interface EndedGrant {
  readonly connectionId: string
  readonly provider: CalendarProviderType
  /** For revocation. Undefined where it does not decrypt. */
  readonly tokenCache: string | undefined
  /** Events are still to be removed with it: the tokens are kept, at most for {@link KEPT_DAYS}, and nothing is revoked yet. */
  readonly needed: boolean
  /**
   * Another connection, of whatever tenant, lives on the same account, or still removes events there: revoking may end its
   * grant too. The tokens of this one are shredded, unless they are needed.
   */
  readonly shared: boolean
}

/** How long the tokens of an account that was given up are kept at most, to remove events. */
export const KEPT_DAYS = 7

/** An account that was given up, whose tokens are kept because events are still to be removed from it. */
export interface KeptAccount extends Mailbox {
  readonly connectionId: string
  readonly until: Date
  /** How many events are still to be removed. */
  readonly events: number
}

export interface ConnectionStore {
  /** The account that receives. Undefined where the tenant has none. */
  active(tenantId: string): Promise<Connection | undefined>
  /** Every account whose calendars block: the one that receives first, then further ones, the oldest first. */
  connected(tenantId: string): Promise<readonly Connection[]>
  /** The connection that waits for the therapist to confirm that it replaces the active one; undefined after ten minutes. */
  pending(tenantId: string, now: Date): Promise<Connection | undefined>
  /** Whether any tenant has a live connection to the account: in use, or waiting to be confirmed at `now`. */
  isConnected(account: Mailbox, now: Date): Promise<boolean>
  byId(tenantId: string, id: string): Promise<Connection | undefined>
  /**
   * Stores a grant, in one transaction. With no active connection, it becomes one, and the tenant's provider is set. For the
   * account of the active connection, that connection's tokens, access and calendars are renewed. For another account, the
   * connection is pending; so it is where the right to write is given back while events of sessions to come stand in the
   * account. A pending connection from before is `overtaken`: it ends. A further account that comes to receive is a further one
   * no longer.
   */
  store(grant: NewConnection): Promise<{
    readonly connectionId: string
    readonly outcome: 'connected' | 'reconnected' | 'pending'
    readonly ended: readonly EndedGrant[]
  }>
  /**
   * Stores the grant of a further account, in one transaction. `add`: a new one; nothing is stored where the account is in use
   * already, or where there are {@link MAX_FURTHER_ACCOUNTS}. `renew`: the tokens and calendars of the one that has this account;
   * nothing is stored where none has.
   */
  storeFurther(grant: NewConnection, how: 'add' | 'renew'): Promise<FurtherOutcome>
  /**
   * Stores a grant as the account that receives, in one transaction, where the tenant has none and nobody has connected the
   * account; else nothing is stored.
   */
  storeFirst(grant: NewConnection): Promise<FirstOutcome>
  /**
   * The pending connection becomes the active one, the tenant's provider is set, and the one that it replaces ends; in the same
   * transaction sessions to come go along, as {@link afterEnding} says, with the jobs that write and remove their events.
   * Undefined when it is not pending any more. `actor` as in {@link AuditEvent}; when absent, the user who connected it.
   */
  confirmPending(
    tenantId: string,
    connectionId: string,
    now: Date,
    actor?: string,
    events?: EventsLeft,
  ): Promise<{ readonly replaced: EndedGrant | undefined; readonly isSameAccount: boolean } | undefined>
  /**
   * Ends a connection: removes its calendars, and takes back its outbox jobs but for removals that can still be carried out.
   * Of one that has ended and whose tokens are kept, they are kept no longer. Undefined when it is neither. `actor` as in
   * {@link AuditEvent}; when absent, the user who connected it.
   */
  disconnect(
    tenantId: string,
    connectionId: string,
    now: Date,
    actor?: string,
    events?: EventsLeft,
  ): Promise<EndedGrant | undefined>
  /** Accounts that were given up and whose tokens are kept, the latest first. */
  kept(tenantId: string, now: Date): Promise<readonly KeptAccount[]>
  /** A connection to this account that has ended, with tokens that are kept; without calendars. */
  keptFor(tenantId: string, mailbox: Mailbox, now: Date): Promise<Connection | undefined>
  /**
   * Connections that no longer need their tokens: nothing is left to remove, the longest time is over, or nobody has confirmed
   * them in time. Of one tenant where one is named. They are to be given to {@link release}.
   */
  releasable(now: Date, tenantId?: string): Promise<readonly { readonly tenantId: string; readonly id: string }[]>
  /** Decides under the locks what becomes of such a connection's grant. Undefined when its tokens are shredded already. */
  release(tenantId: string, connectionId: string, now: Date): Promise<EndedGrant | undefined>
  /** Shreds the tokens of a connection that has ended: nothing can be asked of its provider any more. */
  shred(connectionId: string): Promise<void>
  /**
   * Makes exactly `blockingIds` block, sets `policy`, and stores why those of `unread` do not. False, and nothing is stored, where there is no id, where one is not
   * a calendar of the connection, where the one that is to receive is not hers or may not be written into, or where the connection
   * is not a live one of the tenant. Of an account that is not known to be an organisation's, `writing` changes which calendar
   * receives and no more. Sessions that waited for a calendar to be written to become due. `actor` as in {@link AuditEvent}.
   */
  chooseCalendars(
    tenantId: string,
    connectionId: string,
    blockingIds: readonly string[],
    policy?: Partial<BusyPolicy>,
    unread?: UnreadCalendars,
    writing?: WritingChange & { readonly actor?: string },
  ): Promise<boolean>
  /**
   * Stores what the account lists; calendars that are gone are removed. `unread` as in {@link ListedCalendars}. Where it receives, one outbox job
   * that waits after an outage becomes due.
   */
  refreshCalendars(
    tenantId: string,
    connectionId: string,
    calendars: readonly CalendarListing[],
    now: Date,
    unread?: ListedCalendars['unread'],
  ): Promise<void>
  /**
   * A complete read at `at`: ends the failure of a connection in use, and those of its calendars that block. Where it receives, the provider answers again, so the tenant's outbox jobs
   * that wait after a failure become due: all of them where a failure ended, else one of those that wait after an outage.
   */
  recordRead(tenantId: string, connectionId: string, at: Date): Promise<void>
  /**
   * Records why reading fails, and since when: a repeated failure keeps its first moment. A failure that only people can mend
   * (`reconnect`, `admin_consent`, `forbidden`) is audited when it begins, with `code`.
   */
  recordFailure(
    tenantId: string,
    connectionId: string,
    failure: CalendarFailure,
    at: Date,
    code?: string,
  ): Promise<void>
  /**
   * Records that these calendars could not be read while others were: of a connection in use, whose own failure ends with
   * that. A repeated failure keeps its first moment. Where it receives, one outbox job that waits after an outage becomes due.
   */
  recordUnread(tenantId: string, connectionId: string, unread: UnreadCalendars): Promise<void>
  /** Stores what a look at the calendars of a connection in use has found; of those that it left out, nothing is known any more. */
  recordLooks(tenantId: string, connectionId: string, looks: CalendarLooks): Promise<void>
  /**
   * Records the failure `misconfigured` where this connection is active and the tenant's column names another provider, judged
   * in one statement. True where that is so.
   */
  recordMismatch(tenantId: string, connectionId: string, at: Date): Promise<boolean>
}

export type FurtherOutcome =
  | { readonly outcome: 'connected' | 'reconnected'; readonly connectionId: string }
  | { readonly outcome: FurtherRefusal }

/** `already_connected`: the account is in use; `too_many`: all places are taken; `not_connected`: no further account is this one. */
export type FurtherRefusal = 'already_connected' | 'too_many' | 'not_connected'

/**
 * `already_connected`: the tenant has this account, or one that waits to be confirmed; `other_connected`: another one receives;
 * `connected_elsewhere`: another tenant has it.
 */
export type FirstOutcome =
  | { readonly outcome: 'connected'; readonly connectionId: string }
  | { readonly outcome: 'already_connected' | 'other_connected' | 'connected_elsewhere' }

/** Calendars that could not be read while others were. */
export interface UnreadCalendars {
  /** By our ids; undefined for one that was read after all. */
  readonly failures: ReadonlyMap<string, CalendarFailure | undefined>
  readonly at: Date
}

/** What an account lists. A new calendar that is hers blocks until the therapist unticks it. */
export interface ListedCalendars {
  readonly calendars: readonly CalendarListing[]
  /** By the provider's id, new calendars that do not block: why one could not be read; undefined where it was not tried. */
  readonly unread?: ReadonlyMap<string, CalendarFailure | undefined>
}

export interface NewConnection extends ListedCalendars {
  readonly tenantId: string
  /** Who connected it; undefined: an operator did. */
  readonly userId: string | undefined
  readonly provider: CalendarProviderType
  readonly grant: Grant
  readonly now: Date
}
