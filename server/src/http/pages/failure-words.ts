import type { CalendarFeatures } from '../../ports/calendar-binding.ts'
import type { CalendarFailure } from '../../ports/calendar-failure.ts'
import type { Texts } from '../texts/en.ts'

/** Failures that the therapist can mend, or have mended: here a provider has more to say. */
const MENDABLE: ReadonlySet<CalendarFailure> = new Set(['reconnect', 'admin_consent', 'forbidden', 'not_found'])

/**
 * Why something in a calendar could not be changed. The provider's sentences about the other failures are about reading.
 */
export const failedBecause = (
  failure: CalendarFailure,
  features: CalendarFeatures | undefined,
  { failures }: Pick<Texts, 'failures'>,
): string => (MENDABLE.has(failure) ? features?.sentences[failure] : undefined) ?? failures[failure]
