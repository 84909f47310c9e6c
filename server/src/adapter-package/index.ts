/**
 * What an application takes along that has its own Express, database and sign-in: server/docs/adopting.md leads through it.
 * Whatever is exported here, and nothing else, keeps to the rules of server/docs/changelog.md.
 */
export type { GoogleConfig } from '../adapters/google-calendar/config.ts'
export { createGoogleCalendar, type GoogleOptions } from '../adapters/google-calendar/index.ts'
export type { MicrosoftConfig } from '../adapters/microsoft-calendar/config.ts'
export { createMicrosoftCalendar, type MicrosoftOptions } from '../adapters/microsoft-calendar/index.ts'
export {
  createKeyRing,
  type EncryptionKey,
  type KeyRing,
  type ValueIdentity,
} from '../adapters/postgres/encryption/key-ring.ts'
export type { BusyKind, BusySpan } from '../domain/busy-time.ts'
export type { EventChange, WrittenEvent } from '../domain/changed-event.ts'
export type { HealthState } from '../domain/connection-health.ts'
export type { Interval } from '../domain/interval.ts'
export { dayInterval } from '../domain/zoned-time.ts'
export {
  type CalendarBinding,
  type CalendarFeatures,
  type ConsentOutcome,
  featuresIn,
  type ProviderWords,
} from '../ports/calendar-binding.ts'
export type * from '../ports/calendar-connector.ts'
export {
  CALENDAR_FAILURES,
  CalendarError,
  type CalendarErrorDetails,
  type CalendarFailure,
  CalendarsUnreadable,
  CancelledCall,
  EventChanged,
  InsufficientScope,
  isTransient,
} from '../ports/calendar-failure.ts'
export type {
  CalendarBusy,
  CalendarEvent,
  CreateEventParams,
  FreeBusyParams,
  FreeBusyResult,
  ICalendarProvider,
} from '../ports/calendar-provider.ts'
export { type Clock, systemClock } from '../ports/clock.ts'
export type { ConnectionEvidence } from '../ports/connection.ts'
export type { EventLook, EventLookup, EventToLookUp } from '../ports/event-lookup.ts'
export type { EventMove, EventTimesChange, MovedEvent } from '../ports/event-move.ts'
export { type Log, type LogFields, silentLog } from '../ports/log.ts'
export {
  type ConnectionRef,
  type StoredTokens,
  type TokenStatus,
  type TokenVault,
  UnreadableTokens,
} from '../ports/token-vault.ts'
export {
  type BeginConnecting,
  beginConnecting,
  type ConnectAttempt,
  type ConnectResult,
  type FinishConnecting,
  finishConnecting,
  hashOf,
  type Redeemed,
  type UnusableCallback,
} from '../services/connect-flow.ts'
export type { NotConnected } from '../services/connect-outcome.ts'
export type { ConnectReply, NotRedeemed } from '../services/redeem-reply.ts'
export { StagedTokens } from '../services/staged-tokens.ts'
export {
  type BusyBridge,
  type BusyBridgeParts,
  type BusyCache,
  createBusyBridge,
  type UnknownBusy,
} from './busy-bridge.ts'
export { readReply } from './connect-reply.ts'
export { connectionHealth, type ToldHealth } from './connection-health.ts'
export { type Maintained, type MaintainedConnection, maintainConnection } from './maintain-connection.ts'
export { googleConfig, microsoftConfig } from './provider-config.ts'
export { createReconcileEvent, type Reconciled, type ReconcileParts, type WritableCalendar } from './reconcile-event.ts'
export type { ClaimedBooking, ReconcileAgain, ReconcileStore } from './reconcile-store.ts'
