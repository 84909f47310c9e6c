import type { CalendarFeatures } from '../../ports/calendar-binding.ts'
import type { CalendarFailure } from '../../ports/calendar-failure.ts'

const FAILURES: Readonly<Record<CalendarFailure, string>> = {
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

/** Failures that the therapist can mend, or have mended: here a provider has more to say. */
const MENDABLE: ReadonlySet<CalendarFailure> = new Set(['reconnect', 'admin_consent', 'forbidden', 'not_found'])

/**
 * Why something in a calendar could not be changed. The provider's sentences about the other failures are about reading.
 */
export const failedBecause = (failure: CalendarFailure, features: CalendarFeatures | undefined): string =>
  (MENDABLE.has(failure) ? features?.sentences[failure] : undefined) ?? FAILURES[failure]
