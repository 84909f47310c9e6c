import { DAY_MS } from './durations.ts'

/** After how many years a practice may have its clients' data erased. */
export const RETENTION_YEARS = [1, 2, 3, 5, 10] as const

const YEAR_DAYS = 365
/** Of a session that was cancelled. */
export const CANCELLED_RETENTION_DAYS = 90

export const retentionDays = (years: number): number => years * YEAR_DAYS

export const retentionYears = (days: number): number => Math.round(days / YEAR_DAYS)

/** Sessions that ended before these moments are erased: those that took place, and those that were cancelled. */
export interface ErasedBefore {
  readonly held: Date
  readonly cancelled: Date
}

export const erasedBefore = (days: number, now: Date): ErasedBefore => ({
  held: new Date(now.getTime() - days * DAY_MS),
  cancelled: new Date(now.getTime() - Math.min(days, CANCELLED_RETENTION_DAYS) * DAY_MS),
})
