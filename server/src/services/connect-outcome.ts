import { type CalendarError, type CalendarFailure, InsufficientScope } from '../ports/calendar-provider.ts'

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

const OUTCOMES: Readonly<Record<CalendarFailure, ConnectOutcome>> = {
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

export const outcomeOf = (error: CalendarError): ConnectOutcome =>
  error instanceof InsufficientScope ? 'insufficient_scope' : OUTCOMES[error.reason]
