import type { CalendarCheck } from '../domain/booking.ts'
import type { ConnectionHealth } from '../domain/connection-health.ts'
import type { Interval } from '../domain/interval.ts'
import type { Booking } from '../ports/booking-store.ts'
import type { BusyPolicy, CalendarAccess, CalendarFeatures } from '../ports/calendar-connector.ts'
import type { CalendarFailure } from '../ports/calendar-provider.ts'
import type { CalendarProviderType } from '../ports/calendar-provider-type.ts'
import type { Connection } from '../ports/connection-store.ts'
import type { Service, Tenant, User } from '../ports/stores.ts'

/** What is known of a therapist's external busy time. Unknown is never free. */
export type Availability =
  | {
      readonly known: true
      readonly busy: readonly Interval[]
      /** When the calendar was read; undefined when no calendar is connected. */
      readonly checkedAt: Date | undefined
      readonly check: CalendarCheck
    }
  | Unreadable

export interface Unreadable {
  readonly known: false
  readonly because: CalendarFailure
  readonly retryAfterMs: number | undefined
}

export interface OfferSlots {
  /** Free slots of a service between two days of the tenant's zone, both included. The caller has checked the days. Rejects with the signal's reason. */
  offer(request: {
    readonly tenant: Tenant
    readonly service: Service
    readonly firstDay: string
    readonly lastDay: string
    readonly signal?: AbortSignal
  }): Promise<Offer>
}

export type Offer =
  | { readonly known: true; readonly slots: readonly Interval[]; readonly checkedAt: Date | undefined }
  | Unreadable

export interface BookSession {
  book(request: {
    readonly tenant: Tenant
    readonly service: Service
    readonly start: Date
    readonly client: { readonly name: string; readonly email: string }
    /** Chosen by the caller; said twice, it makes one booking. */
    readonly idempotencyKey: string
    readonly signal?: AbortSignal
  }): Promise<BookingOutcome>
}

export type BookingOutcome =
  | { readonly kind: 'booked'; readonly booking: Booking; readonly manageToken: string }
  | { readonly kind: 'taken' | 'not_a_slot' | 'key_reused' | 'too_many' }
  | { readonly kind: 'unreadable'; readonly because: CalendarFailure; readonly retryAfterMs: number | undefined }

export interface CancelBooking {
  /** The client, by the token of her link; undefined when the token is unknown. */
  byToken(manageToken: string): Promise<CancelOutcome | undefined>
  /** The therapist, in her own tenant. */
  byTherapist(user: User, bookingId: string): Promise<CancelOutcome | undefined>
  /** What the manage page shows; undefined when the token is unknown. */
  find(
    manageToken: string,
  ): Promise<{ readonly booking: Booking; readonly tenant: Tenant; readonly cancellable: boolean } | undefined>
}

export type CancelOutcome = 'cancelled' | 'already_cancelled' | 'too_late'

export interface ConnectCalendar {
  /** What the settings page shows. */
  overview(user: User): Promise<CalendarOverview>
  /** Starts connecting; `useOtherAccount` leaves out the hint at the account connected now. */
  start(request: {
    readonly user: User
    readonly sessionId: string
    readonly provider: CalendarProviderType
    readonly access: CalendarAccess
    readonly useOtherAccount: boolean
  }): Promise<URL>
  /** Handles a callback. The state is used up whatever it brought. */
  finish(callback: Callback): Promise<ConnectOutcome>
  /** The account that waits replaces the connected one. False when there is none any more. */
  confirm(user: User, connectionId: string): Promise<boolean>
  /** False when the connection is not this tenant's active one. Works with the provider down. */
  disconnect(user: User, connectionId: string): Promise<boolean>
  /** Ids of ConnectedCalendar, at least one; and what else counts as busy, where that is to change. */
  chooseCalendars(
    user: User,
    connectionId: string,
    blockingIds: readonly string[],
    policy: Partial<BusyPolicy>,
  ): Promise<'saved' | 'none_ticked' | 'unknown'>
  /** The link an administrator opens to approve this app, where the provider knows such a thing. */
  adminConsentUrl(user: User, provider: CalendarProviderType): Promise<URL | undefined>
  /** An administrator came back, in a browser of her own and without a session; nothing in it is trusted beyond the state. */
  finishAdminConsent(reply: {
    readonly provider: CalendarProviderType
    readonly state: string
    readonly error?: string
  }): Promise<AdminConsentOutcome>
}

export type AdminConsentOutcome = 'approved' | 'refused' | 'unusable_state'

export interface Callback {
  readonly user: User
  readonly sessionId: string
  readonly provider: CalendarProviderType
  readonly state: string
  readonly code?: string
  readonly error?: string
  readonly errorSubcode?: string
  readonly errorDescription?: string
  /** RFC 9207. */
  readonly issuer?: string
  readonly requestId?: string
}

export type ConnectOutcome =
  | 'unusable_state' // unknown, used, too old, or of another session: 400
  | 'lost_rights' // 403
  | 'connected'
  | 'reconnected'
  | 'confirm' // another account than before waits for confirmation
  | 'declined_or_admin'
  | 'admin_consent'
  | 'no_mailbox'
  | 'insufficient_scope'
  | 'unavailable' // the provider did not answer: try again
  | 'misconfigured' // our fault
  | 'failed' // anything else: nothing was stored

export interface CalendarOverview {
  readonly tenant: Tenant
  readonly health: ConnectionHealth
  readonly connection: Connection | undefined
  /** Of the connected account's provider. */
  readonly features: CalendarFeatures | undefined
  readonly pending: { readonly connection: Connection; readonly features: CalendarFeatures } | undefined
  /** Providers that can be connected here, in the order to show. */
  readonly providers: readonly { readonly type: CalendarProviderType; readonly features: CalendarFeatures }[]
  readonly upcomingSessions: number
}
