import type { CalendarFailure } from '../../../ports/calendar-failure.ts'

const byFailure: Readonly<Record<CalendarFailure, string>> = {
  reconnect: 'Reconnect your calendar.',
  admin_consent: 'Your organisation wants an administrator to approve first.',
  forbidden: 'This account may not write to its calendar.',
  throttled: 'It asked us to slow down, too many times.',
  unavailable: 'It did not answer.',
  timeout: 'It did not answer in time.',
  not_found: 'The calendar is gone.',
  conflict: 'Something else is there under the same name.',
  garbled: 'Its answer made no sense.',
  misconfigured: 'This is our fault, not yours.',
}

/** Why something in a calendar could not be changed. */
export const failures = byFailure
