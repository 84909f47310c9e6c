import type { ServiceRules } from '../domain/booking.ts'
import type { BusyPolicy } from './calendar-connector.ts'
import type { CalendarProviderType } from './calendar-provider-type.ts'

/**
 * The database failed us. Everything a store rejects with is this or UnreadableTokens. It carries codes only: a
 * database's own words quote rows, and rows hold clients' names and addresses.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  /** `unavailable`: the same call may succeed later. */
  readonly reason: 'unavailable' | 'failed'
  /** SQLSTATE, or Prisma's code. */
  readonly code: string | undefined

  constructor(reason: StoreError['reason'], code: string | undefined) {
    super(reason === 'unavailable' ? 'The database cannot answer now' : 'The database refused')
    this.reason = reason
    this.code = code
  }
}

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
  readonly suspended: boolean
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
  /** Undefined for unknown and suspended tenants alike. */
  bySlug(slug: string): Promise<Tenant | undefined>
  byId(id: string): Promise<Tenant | undefined>
  /** Active services, oldest first. */
  services(tenantId: string): Promise<readonly Service[]>
  workingHours(tenantId: string): Promise<readonly WorkingRange[]>
}

export interface User {
  readonly id: string
  readonly tenantId: string
  readonly email: string
  readonly passwordHash: string
  /** May connect and disconnect calendars. */
  readonly owner: boolean
}

export interface UserStore {
  /** Enabled users of tenants that are not suspended. */
  byEmail(email: string): Promise<User | undefined>
  byId(id: string): Promise<User | undefined>
}

/** Who did what, when; ids and codes only. Append-only. */
export interface AuditEvent {
  readonly tenantId: string | undefined
  /** `user:<id>`, `client`, `job`, `operator`, `administrator`, `provider`, `anonymous`. */
  readonly actor: string
  readonly action: string
  readonly subjectId?: string
  readonly requestId?: string
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}

export interface AuditStore {
  append(event: AuditEvent): Promise<void>
}
