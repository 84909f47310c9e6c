import type { Outcome } from '../../../net/retry.ts'
import { parseRetryAfter } from '../../../net/retry-after.ts'
import type { GraphAnswer } from './graph-call.ts'
import { PREFER } from './graph-client.ts'
import { garbled, graphFailure } from './graph-errors.ts'
import { asObject, type Json } from './json-object.ts'

/** learn.microsoft.com/graph/json-batching */
export const BATCH_SIZE = 20

/** Items worth asking again; every other failure of an item is the failure of the whole read. */
const ITEM_TRANSIENT: ReadonlySet<number> = new Set([429, 503, 504])

/**
 * Several GETs in one request. What was answered is kept between attempts, so that an attempt asks only for what is
 * still missing, and never before the longest `Retry-After` of the items it repeats.
 */
export class GetBatch<T> {
  readonly #paths: readonly string[]
  readonly #read: (body: unknown) => T
  readonly #answers = new Map<string, T>()

  /** Paths below `/v1.0`, at most {@link BATCH_SIZE}. `read` makes of a body what is kept of it. */
  constructor(paths: readonly string[], read: (body: unknown) => T) {
    this.#paths = paths
    this.#read = read
  }

  get missing(): number {
    return this.#paths.length - this.#answers.size
  }

  body(): { readonly requests: readonly object[] } {
    const missing = this.#paths
      .map((url, index) => ({ id: String(index), url }))
      .filter(({ id }) => !this.#answers.has(id))
    return { requests: missing.map(({ id, url }) => ({ id, method: 'GET', url, headers: { Prefer: PREFER } })) }
  }

  /** What was read, in the order of the paths, once all is there. Each item is judged alone: 200 around it says nothing. */
  understand({ body }: GraphAnswer, now: Date): Outcome<readonly T[]> {
    const { responses } = asObject(body, 'batch')
    if (!Array.isArray(responses)) throw garbled('batch')
    const items = responses.map((item) => asObject(item, 'batch_item'))
    this.#checkIds(items)
    const refused = items.filter(({ status }) => status !== 200).map((item) => refusal(item, now))
    for (const { id, status, body } of items) if (status === 200) this.#answers.set(String(id), this.#read(body))
    const final = refused.find(({ transient }) => !transient)
    if (final !== undefined) throw final.failure
    const [first] = refused
    if (first === undefined) return { kind: 'done', value: this.#inOrder() }
    const waits = refused.map(({ wait }) => wait).filter((wait) => wait !== undefined)
    const retryAfterMs = waits.length === 0 ? undefined : Math.max(...waits)
    return { kind: 'again', failure: first.failure, retryAfterMs }
  }

  #inOrder(): T[] {
    return [...this.#answers].sort(([a], [b]) => Number(a) - Number(b)).map(([, answer]) => answer)
  }

  /** Exactly one answer for each question, whatever the order; ids are compared as text. */
  #checkIds(items: readonly Json[]): void {
    const wanted = new Set(this.#paths.map((_, index) => String(index)).filter((id) => !this.#answers.has(id)))
    for (const { id } of items) if (!wanted.delete(String(id))) throw garbled('batch_ids')
    if (wanted.size > 0) throw garbled('batch_ids')
  }
}

function refusal({ status, headers, body }: Json, now: Date) {
  if (typeof status !== 'number' || !Number.isInteger(status)) throw garbled('batch_status')
  const wait = parseRetryAfter(retryAfterIn(headers), now)
  return {
    transient: ITEM_TRANSIENT.has(status),
    wait,
    failure: graphFailure(status, body, wait === undefined ? {} : { retryAfterMs: wait }),
  }
}

/** Names of headers have no case, but in a batch they are keys of an object. */
function retryAfterIn(headers: unknown): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after')
  return found === undefined ? undefined : String(found[1])
}
