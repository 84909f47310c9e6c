import { readBytes } from '../../../net/read-body.ts'
import { garbled } from './google-errors.ts'
import type { HttpParts } from './http-parts.ts'

/** Statuses whose answer has no body (RFC 9110 section 15). */
const NO_BODY = new Set([204, 205, 304])

/**
 * A `fetch` for Google's libraries and for the token endpoint. It reaches the configured origins only, follows no redirect,
 * reads bounded bodies, and ends with `signal`. Rejects with a `garbled` CalendarError for another origin.
 */
export function boundedFetch(
  { config, fetch }: Pick<HttpParts, 'config' | 'fetch'>,
  signal: AbortSignal,
): typeof globalThis.fetch {
  const origins = new Set([config.apiUrl, config.tokenUrl].map((url) => new URL(url).origin))
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (!origins.has(url.origin)) throw garbled('it leads to another host')
    // Google's libraries add options of their own to `init`, which are not passed on.
    const { method = 'GET', headers, body } = init ?? {}
    const request = { method, redirect: 'error' as const, signal }
    const response = await fetch(url, { ...request, ...(headers ? { headers } : {}), ...(body ? { body } : {}) })
    const bytes = await readBytes(response)
    const { status } = response
    const copy = { status, headers: new Headers(response.headers) }
    // `fetch` has decoded the body.
    copy.headers.delete('content-encoding')
    return new Response(NO_BODY.has(status) ? null : new Uint8Array(bytes), copy)
  }
}
