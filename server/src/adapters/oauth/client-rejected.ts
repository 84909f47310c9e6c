import { CalendarError, type CalendarErrorDetails } from '../../ports/calendar-failure.ts'

/** The provider does not take our own client id or secret (RFC 6749 section 5.2, invalid_client): no connection can be used. */
export class ClientRejected extends CalendarError {
  constructor(message: string, details: CalendarErrorDetails) {
    super('misconfigured', message, details)
  }
}
