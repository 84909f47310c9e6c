import { type CalendarError, type CalendarFailure, InsufficientScope } from '../ports/calendar-failure.ts'
import type { FurtherOutcome } from '../ports/connection-store.ts'

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
  | 'forbidden' // the account may not be used so: nothing was stored
  | 'unavailable' // the provider did not answer: try again
  | 'misconfigured' // our fault
  | 'not_stored' // our database did not answer: try again
  | 'failed' // anything else: nothing was stored
  | FurtherConnectOutcome

/** Of a further account. But for the first two, nothing was stored. */
export type FurtherConnectOutcome =
  | 'further_connected' // one more, which only blocks
  | 'further_reconnected'
  | 'already_connected' // as one more: it is in use
  | 'too_many' // no place is left for one more
  | 'not_connected' // signed in again with an account that is no further one, or no longer

export const STORED: ReadonlySet<ConnectOutcome> = new Set([
  'connected',
  'reconnected',
  'confirm',
  'further_connected',
  'further_reconnected',
])

/** What storing a further account comes to. */
export const FURTHER_OUTCOMES = {
  connected: 'further_connected',
  reconnected: 'further_reconnected',
  already_connected: 'already_connected',
  too_many: 'too_many',
  not_connected: 'not_connected',
} as const satisfies Readonly<Record<FurtherOutcome['outcome'], FurtherConnectOutcome>>

/** Outcomes that say why an account was not connected, of those that a provider brings about. */
export type NotConnected = Exclude<
  ConnectOutcome,
  'connected' | 'reconnected' | 'confirm' | 'unusable_state' | 'lost_rights' | 'not_stored' | FurtherConnectOutcome
>

const OUTCOMES: Readonly<Record<CalendarFailure, NotConnected>> = {
  reconnect: 'failed',
  admin_consent: 'admin_consent',
  forbidden: 'forbidden',
  throttled: 'unavailable',
  unavailable: 'unavailable',
  timeout: 'unavailable',
  not_found: 'no_mailbox',
  conflict: 'failed',
  garbled: 'failed',
  misconfigured: 'misconfigured',
}

export const outcomeOf = (error: CalendarError): NotConnected =>
  error instanceof InsufficientScope ? 'insufficient_scope' : OUTCOMES[error.reason]
