import type { ConnectReply } from '../services/redeem-reply.ts'

/** Authorization codes are the longest, and those that providers are known to send stay far below this. */
const MAX_LENGTH = 8192

/** What a query calls each field. */
const FIELDS = {
  state: 'state',
  code: 'code',
  error: 'error',
  errorSubcode: 'error_subcode',
  errorDescription: 'error_description',
  issuer: 'iss',
} as const satisfies Readonly<Record<keyof ConnectReply, string>>

/**
 * The reply of a provider, out of the query of a callback. It is empty, and so belongs to no attempt, where a parameter comes
 * twice (RFC 6749 section 3.1) or is longer than any that a provider sends.
 */
export function readReply(query: URLSearchParams): ConnectReply {
  const found = Object.entries(FIELDS).map(([field, name]) => [field, query.getAll(name)] as const)
  const isOdd = found.some(([, values]) => values.length > 1 || (values[0] ?? '').length > MAX_LENGTH)
  const known = isOdd ? [] : found.filter(([, [value = '']]) => value !== '')
  return Object.fromEntries(known.map(([field, [value]]) => [field, value]))
}
