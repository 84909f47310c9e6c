/** A longer Retry-After is obeyed for a day only. */
export const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000

/** RFC 9110 section 10.2.3 says whole seconds; Graph's documentation also shows "2.128". */
const SECONDS = /^\d+(\.\d+)?$/
const HTTP_DATE = /^[A-Za-z]+, .+ GMT$/

/**
 * Milliseconds to wait before the next call, or undefined when the header is absent or says nothing usable
 * (negative numbers, words, numbers with units). Dates in the past mean "now".
 */
export function parseRetryAfter(value: string | null | undefined, now: Date): number | undefined {
  if (!value) return undefined
  const text = value.trim()
  if (SECONDS.test(text)) return Math.min(Math.ceil(Number(text) * 1000), LONGEST_WAIT_MS)
  if (!HTTP_DATE.test(text)) return undefined
  const date = Date.parse(text)
  if (Number.isNaN(date)) return undefined
  return Math.min(Math.max(0, date - now.getTime()), LONGEST_WAIT_MS)
}
