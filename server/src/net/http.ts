import { gunzipSync } from 'node:zlib'
import { request } from 'undici'
import { MAX_BODY_BYTES, UnusableBody } from './read-body.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Ends the exchange at once, its body included. */
  readonly signal: AbortSignal
  /** Of the body, packed and unpacked. */
  readonly maxBytes?: number
}

export interface HttpAnswer {
  readonly status: number
  /** By name in lower case; what came twice is joined (RFC 9110 section 5.3). */
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
}

/**
 * One exchange: one request and its whole answer, whatever the status. A redirect is an answer like any other and is not
 * followed; nothing is repeated. Rejects with the signal's reason, with an {@link UnusableBody}, or with an error whose
 * `code` names what the line did.
 */
export type Http = (url: URL, request: HttpRequest) => Promise<HttpAnswer>

/**
 * Over kept connections, by undici. Not by `fetch`, which is undici with streams around it: it unpacks gzip through three of
 * them and a thread, which took longer than all the rest of an exchange (see docs/benchmarks.md).
 */
export const http: Http = async (url, { method, headers, body, signal, maxBytes = MAX_BODY_BYTES }) => {
  const answer = await request(url, {
    method,
    headers: { accept: 'application/json', 'user-agent': 'booking-calendar', ...headers, 'accept-encoding': 'gzip' },
    signal,
    ...(body === undefined ? {} : { body }),
  })
  const packed = await collected(answer.body, maxBytes)
  const bytes = unpacked(packed, answer.headers['content-encoding'], maxBytes)
  return { status: answer.statusCode, headers: joined(answer.headers), bytes }
}

/** Stops at the limit and lets the connection go: leaving the loop destroys the stream. */
async function collected(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) throw new UnusableBody('too_large')
    chunks.push(chunk)
  }
  const [only] = chunks
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, size)
}

/** Names have no case, and these two mean one thing (RFC 9110 section 8.4.1). */
const GZIP = new Set(['gzip', 'x-gzip'])

/** In one go and on this thread: a page of events takes a tenth of a millisecond. A bomb ends at `maxBytes`. */
function unpacked(bytes: Buffer, encoding: string | string[] | undefined, maxBytes: number): Buffer {
  const coding = String(encoding ?? 'identity').toLowerCase()
  if (coding === 'identity' || bytes.length === 0) return bytes
  if (!GZIP.has(coding)) throw new UnusableBody('not_json')
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes })
  } catch (error) {
    const tooLarge = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    throw new UnusableBody(tooLarge ? 'too_large' : 'not_json')
  }
}

function joined(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const joined: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) joined[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return joined
}
