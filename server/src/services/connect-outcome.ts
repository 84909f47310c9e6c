import { type CalendarError, type CalendarFailure, InsufficientScope } from '../ports/calendar-failure.ts'

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
  | 'failed' // anything else: nothing was stored

export const STORED: ReadonlySet<ConnectOutcome> = new Set(['connected', 'reconnected', 'confirm'])

/** Outcomes that say why an account was not connected, of those that a provider brings about. */
export type NotConnected = Exclude<
  ConnectOutcome,
  'connected' | 'reconnected' | 'confirm' | 'unusable_state' | 'lost_rights'
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
