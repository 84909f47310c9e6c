import { DAY_MS } from '../domain/durations.ts'
import type { CalendarProviderType } from '../ports/calendar-provider-type.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'

/** Days before the end at which an operator is told; in the last week every day. */
const REMIND_AT = [30, 14]
const LAST_DAYS = 7

/** Full days until `end`; negative after it. */
export const daysUntil = (end: Date, now: Date): number => Math.floor((end.getTime() - now.getTime()) / DAY_MS)

export const isReminderDue = (days: number): boolean => REMIND_AT.includes(days) || days <= LAST_DAYS

/** Called once a day: logs an error for each client secret that is about to end, because all tenants of its provider would fail at once. */
export function watchSecretExpiry(parts: {
  readonly secretsEnd: Readonly<Partial<Record<CalendarProviderType, Date>>>
  readonly clock: Clock
  readonly log: Log
}): void {
  for (const [provider, end] of Object.entries(parts.secretsEnd)) {
    const days = daysUntil(end, parts.clock.now())
    if (isReminderDue(days)) parts.log.error('client_secret_ends', { provider, days })
  }
}
