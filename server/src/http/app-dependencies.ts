import type { Store } from 'express-session'
import type { AuditStore } from '../ports/audit-store.ts'
import type { BookingStore } from '../ports/booking-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { EventComparisonStore } from '../ports/event-comparison-store.ts'
import type { FormerEventStore } from '../ports/former-event-store.ts'
import type { Log, WithLogFields } from '../ports/log.ts'
import type { Passwords } from '../ports/passwords.ts'
import type { RateLimits } from '../ports/rate-limits.ts'
import type { Readiness } from '../ports/readiness.ts'
import type { TenantSnapshots } from '../ports/tenant-snapshot.ts'
import type { TenantStore } from '../ports/tenant-store.ts'
import type { UserStore } from '../ports/user-store.ts'
import type { AnswerDifference } from '../services/answer-difference.ts'
import type { BookSession } from '../services/book-session.ts'
import type { CancelBooking } from '../services/cancel-booking.ts'
import type { ClientRetention } from '../services/client-retention.ts'
import type { CalendarOverview, ConnectCalendar } from '../services/connect-calendar.ts'
import type { ExplainSlots } from '../services/explain-slots.ts'
import type { FindTimes } from '../services/find-times.ts'
import type { OfferSlots } from '../services/offer-slots.ts'
import type { PasswordLinks } from '../services/password-links.ts'
import type { ServedMetrics } from './routes/metrics.ts'
import type { Hsts } from './security-headers.ts'

/** What the web application depends on; the composition root gives it. */
export interface AppDependencies {
  /** The public origin, without a slash at its end. */
  readonly appUrl: string
  readonly trustProxyHops: number
  readonly hsts: Hsts
  readonly sessionSecret: string
  /** The providers that can be connected here, in the order to show. */
  readonly providers: CalendarOverview['providers']
  readonly offerSlots: OfferSlots
  readonly findTimes: FindTimes
  readonly explainSlots: ExplainSlots
  readonly bookSession: BookSession
  readonly cancelBooking: CancelBooking
  readonly answerDifference: AnswerDifference
  readonly connectCalendar: ConnectCalendar
  readonly snapshots: TenantSnapshots
  readonly tenants: TenantStore
  readonly users: UserStore
  readonly bookings: Pick<BookingStore, 'byId' | 'upcoming' | 'unremoved' | 'sayOfEvent'>
  readonly comparisons: Pick<EventComparisonStore, 'notices'>
  readonly formerEvents: Pick<FormerEventStore, 'unremoved' | 'say'>
  readonly audit: Pick<AuditStore, 'append'>
  /** Of web sessions; keeps each under the SHA-256 of its id, and rejects with StoreErrors. */
  readonly sessionStore: Store
  readonly rateLimits: RateLimits
  readonly passwords: Passwords
  readonly clientRetention: Omit<ClientRetention, 'erase'>
  readonly passwordLinks: Pick<PasswordLinks, 'find' | 'use'>
  readonly clock: Clock
  readonly log: Log
  readonly withLogFields: WithLogFields
  /** What `/metrics` serves; undefined: there is no such page. */
  readonly metrics?: ServedMetrics | undefined
  /** What this process needs to serve. `worker`: it takes jobs, or is none that does. Rejects where the database does not answer. */
  ready(): Promise<Readiness & { readonly worker: boolean }>
}
