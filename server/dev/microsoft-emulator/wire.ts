import type { Account } from './accounts.ts'

/** One request as the emulator sees it; an item of a `$batch` looks the same as a request of its own. */
export interface Incoming {
  readonly method: string
  /** The path without the query, e.g. `/v1.0/me/calendarView`. */
  readonly path: string
  /** Path and query exactly as received. */
  readonly target: string
  readonly query: URLSearchParams
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The body as text (a request) or as a JSON value (a batch item). */
  readonly content: string | { readonly json: unknown } | undefined
  readonly batchItem: boolean
  readonly exchange: Exchange
}

/** What one HTTP exchange gathers on its way: who asked, what must be undone once the answer is out. */
export interface Exchange {
  readonly onSent: (() => void)[]
  readonly clientGone: AbortSignal
  account: Account | undefined
  /** Set by a fault: whose mailbox answers in place of the account's own. */
  mailboxOf: Account | undefined
  early: boolean
  faulty: boolean
}

/** How the bytes reach the client; `whole` unless a fault says otherwise. */
export type Delivery =
  | { readonly how: 'hang' | 'reset' | 'reset-mid-body' | 'truncated' }
  | { readonly how: 'drip'; readonly bytesPerSecond: number }
  | { readonly how: 'flood'; readonly bytes: number }

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** A JSON value. */
  readonly body?: unknown
  /** Sent as it is, in place of `body`. */
  readonly raw?: string | Buffer
  readonly delivery?: Delivery
  /** The answer waits for this before it is sent. */
  readonly until?: Promise<void>
}

export type Handler = (incoming: Incoming) => Answer | Promise<Answer>

/** The JSON body, `undefined` when there is none or it is not JSON. */
export function jsonOf(incoming: Incoming): unknown {
  if (incoming.content === undefined) return undefined
  if (typeof incoming.content !== 'string') return incoming.content.json
  try {
    return JSON.parse(incoming.content)
  } catch {
    return undefined
  }
}

/** The fields of a form post; a repeated field keeps its first value. */
export function formOf(incoming: Incoming): Map<string, string> {
  const fields = new Map<string, string>()
  if (typeof incoming.content !== 'string') return fields
  for (const [name, value] of new URLSearchParams(incoming.content)) if (!fields.has(name)) fields.set(name, value)
  return fields
}

export const html = (status: number, page: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...headers },
  raw: page,
})

export const redirect = (location: string): Answer => ({
  status: 302,
  headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
})
