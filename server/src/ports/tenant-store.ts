import type { ServiceRules } from '../domain/booking.ts'
import type { Language, Locale } from '../domain/locale.ts'
import type { BusyPolicy } from './calendar-connector.ts'
import type { CalendarProviderType } from './calendar-provider-type.ts'

export interface Tenant {
  readonly id: string
  readonly slug: string
  readonly name: string
  /** IANA. */
  readonly timeZone: string
  readonly calendarProvider: CalendarProviderType
  readonly slotGridMinutes: number
  readonly minimumNoticeMinutes: number
  readonly horizonDays: number
  readonly policy: BusyPolicy
  readonly contactLine: string | undefined
  /** Of the practice's own pages. */
  readonly locale: Locale
  /** Those that its clients may read; its own among them. */
  readonly languages: readonly Language[]
  readonly suspended: boolean
  /** It takes no bookings any more. */
  readonly closed: boolean
}

export interface Service extends ServiceRules {
  readonly id: string
  readonly name: string
  readonly online: boolean
}

/** Weekday 1 is Monday, 7 Sunday; minutes since midnight, end exclusive. */
export interface WorkingRange {
  readonly weekday: number
  readonly startMinute: number
  readonly endMinute: number
}

export interface TenantStore {
  byId(id: string): Promise<Tenant | undefined>
}
