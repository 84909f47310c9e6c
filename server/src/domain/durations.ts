/** In milliseconds. A day of 24 hours: the days of a zone may be shorter or longer, and are counted by `zoned-time.ts`. */
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
