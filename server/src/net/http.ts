import { gunzipSync } from 'node:zlib'
import { request } from 'undici'
import { MAX_BODY_BYTES, UnusableBody } from './read-body.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Aborts the exchange, also while its body is read. */
  readonly signal: AbortSignal
  /** The most that the body may have, compressed and decompressed; 5 MiB when absent. */
  readonly maxBytes?: number
}

export interface HttpAnswer {
  readonly status: number
  /** By name in lower case; what came twice is joined (RFC 9110 section 5.3). */
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
}

/** What servers are told of who asks, where the caller of {@link http} does not say otherwise. */
export const USER_AGENT = 'booking-calendar'

/**
 * One exchange: one request and its whole answer, whatever the status. A redirect is an answer like any other and is not
 * followed; nothing is repeated. Rejects with the signal's reason, with an {@link UnusableBody}, or with undici's or
 * the socket's error, whose `code` says what happened.
 */
export type Http = (url: URL, request: HttpRequest) => Promise<HttpAnswer>

/**
 * By undici's `request`, over keep-alive connections. Not by `fetch`, which decompresses through three streams and a thread:
 * that took longer than all the rest of an exchange (server/docs/decisions/009-one-exchange.md, server/docs/benchmarks.md).
 */
export const http: Http = async (url, { method, headers, body, signal, maxBytes = MAX_BODY_BYTES }) => {
  const answer = await request(url, {
    method,
    headers: { accept: 'application/json', 'user-agent': USER_AGENT, ...headers, 'accept-encoding': 'gzip' },
    signal,
    body: body ?? null,
  })
  const packed = await collected(answer.body, maxBytes)
  const bytes = unpacked(packed, answer.headers['content-encoding'], maxBytes)
  return { status: answer.statusCode, headers: joined(answer.headers), bytes }
}

/** Throws above the limit; leaving the loop destroys the stream, and with it the connection. */
async function collected(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) throw new UnusableBody('too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

/** Two names of one coding, in any case (RFC 9110 section 8.4.1). */
const GZIP = new Set(['gzip', 'x-gzip'])

/** Synchronously, because a page of events takes a tenth of a millisecond. A decompression bomb ends at `maxBytes`. */
function unpacked(bytes: Buffer, encoding: string | string[] | undefined, maxBytes: number): Buffer {
  const coding = String(encoding ?? 'identity').toLowerCase()
  if (coding === 'identity' || bytes.length === 0) return bytes
  if (!GZIP.has(coding)) throw new UnusableBody('not_json')
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes })
  } catch (error) {
    // Broken gzip is no RangeError: only what does not fit into `maxOutputLength` is one.
    throw new UnusableBody(error instanceof RangeError ? 'too_large' : 'not_json')
  }
}

function joined(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const joined: Record<string, string> = {}
  for (const name in headers) joined[name] = [headers[name]].flat().join(', ')
  return joined
}
