import type { ServiceRules } from './booking.ts'
import type { SlotRules } from './slots.ts'

/**
 * Whether there is anything to book at all, whatever the therapist's time is taken by: the practice has closed, no service is
 * active, no working hours are set, or none are as long as any service.
 */
export type Offering = 'some' | 'closed' | 'no_service' | 'no_hours' | 'too_short'

export function offeringOf(
  services: readonly Pick<ServiceRules, 'durationMinutes'>[],
  workingHours: SlotRules['workingHours'],
  closed = false,
): Offering {
  if (closed) return 'closed'
  if (services.length === 0) return 'no_service'
  if (workingHours.length === 0) return 'no_hours'
  const longest = Math.max(...workingHours.map(({ startMinute, endMinute }) => endMinute - startMinute))
  return services.some(({ durationMinutes }) => durationMinutes <= longest) ? 'some' : 'too_short'
}
