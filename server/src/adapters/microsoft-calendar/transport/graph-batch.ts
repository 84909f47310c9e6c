import type { Outcome } from '../../../net/retry.ts'
import { parseRetryAfter } from '../../../net/retry-after.ts'
import type { Json } from '../../../net/untrusted-json.ts'
import { CalendarError } from '../../../ports/calendar-failure.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { GraphAnswer, GraphCall } from './graph-call.ts'
import { PREFER } from './graph-client.ts'
import { garbled, graphFailure, TRANSIENT_STATUS } from './graph-errors.ts'
import { asObject } from './json-object.ts'

/** learn.microsoft.com/graph/json-batching */
export const BATCH_SIZE = 20

type BatchCall<T> = Omit<GraphCall<readonly T[]>, 'connection' | 'purpose' | 'deadline' | 'link' | 'ifMatch'>

export interface BatchParts<T> {
  /** What is kept of the body of an item. Throws a CalendarError where it cannot be trusted. */
  readonly read: (body: unknown) => T
  /** What it means that these items failed, by index of their paths, and no others. */
  readonly failure: (failures: ReadonlyMap<number, CalendarError>) => CalendarError
  /** What an item comes to that failed for good. Undefined: with it the whole read fails, as it does where this is not given. */
  readonly answerFor?: (failure: CalendarError) => T | undefined
}

/**
 * Several GETs in one request. Items that were answered are kept between attempts, so that an attempt asks only for those
 * still missing, after the longest Retry-After among them.
 */
export class GetBatch<T> {
  readonly #paths: readonly string[]
  readonly #parts: BatchParts<T>
  readonly #answers = new Map<string, T>()
  #refused = false

  /** Paths below `/v1.0`, at most {@link BATCH_SIZE}. */
  constructor(paths: readonly string[], parts: BatchParts<T>) {
    this.#paths = paths
    this.#parts = parts
  }

  /** What was read so far, by index of the paths. */
  get answered(): ReadonlyMap<number, T> {
    return new Map([...this.#answers].map(([id, answer]) => [Number(id), answer]))
  }

  /** What is sent: each attempt asks for the items that are missing then, and takes as many places of the semaphore. */
  call(clock: Clock): BatchCall<T> {
    return {
      method: 'POST',
      route: '/$batch',
      path: '/$batch',
      body: () => this.#body(),
      weight: () => this.#paths.length - this.#answers.size,
      // The POST of a batch of GETs changes nothing.
      repeatable: true,
      understand: (answer) => this.#understand(answer, clock.now()),
    }
  }

  #body(): { readonly requests: readonly object[] } {
    const missing = this.#paths
      .map((url, index) => ({ id: String(index), url }))
      .filter(({ id }) => !this.#answers.has(id))
    return { requests: missing.map(({ id, url }) => ({ id, method: 'GET', url, headers: { Prefer: PREFER } })) }
  }

  /**
   * What was read, in the order of the paths, once every item was answered. A batch answers 200 even where items failed: an
   * item is asked for again after the same statuses as a single request, and with any other failure the whole read fails. A 401
   * is thrown as it is once, so that the whole is asked for again with a new token; after that it is the item's own.
   */
  #understand({ body }: GraphAnswer, now: Date): Outcome<readonly T[]> {
    const { responses } = asObject(body, 'batch')
    if (!Array.isArray(responses)) throw garbled('batch')
    const items = responses.map((item) => asObject(item, 'batch_item'))
    this.#checkIds(items)
    const failed = items.map((item) => this.#judge(item, now)).filter((item) => item !== undefined)
    if (failed.length === 0) return { kind: 'done', value: this.#inOrder() }
    const finals = failed.filter(({ transient }) => !transient)
    // A 401 comes last, because a new token does not mend the others.
    const [final] = finals
    if (final !== undefined) {
      if (this.#refused || finals.some(({ failure }) => failure.status !== 401)) throw this.#failure(failed)
      this.#refused = true
      throw final.failure
    }
    const waits = failed.map(({ wait }) => wait).filter((wait) => wait !== undefined)
    const retryAfterMs = waits.length === 0 ? undefined : Math.max(...waits)
    return { kind: 'again', failure: this.#failure(failed), retryAfterMs }
  }

  /** How an item failed; undefined where its answer was read. */
  #judge(item: Json, now: Date): FailedItem | undefined {
    const failed = this.#read(item, now)
    if (failed === undefined || failed.transient || failed.failure.status === 401) return failed
    const answer = this.#parts.answerFor?.(failed.failure)
    if (answer === undefined) return failed
    this.#answers.set(String(item.id), answer)
    return undefined
  }

  #read(item: Json, now: Date): FailedItem | undefined {
    if (item.status !== 200) return itemFailure(item, now)
    try {
      this.#answers.set(String(item.id), this.#parts.read(item.body))
      return undefined
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error
      return { index: Number(item.id), transient: false, wait: undefined, failure: error }
    }
  }

  #failure(failed: readonly FailedItem[]): CalendarError {
    return this.#parts.failure(new Map(failed.map(({ index, failure }) => [index, failure])))
  }

  #inOrder(): T[] {
    return [...this.#answers].sort(([a], [b]) => Number(a) - Number(b)).map(([, answer]) => answer)
  }

  /** Each item that was asked for must be answered exactly once, in any order. Ids are compared as text. */
  #checkIds(items: readonly Json[]): void {
    const wanted = new Set(this.#paths.map((_, index) => String(index)).filter((id) => !this.#answers.has(id)))
    for (const { id } of items) if (!wanted.delete(String(id))) throw garbled('batch_ids')
    if (wanted.size > 0) throw garbled('batch_ids')
  }
}

interface FailedItem {
  readonly index: number
  readonly transient: boolean
  readonly wait: number | undefined
  readonly failure: CalendarError
}

function itemFailure({ id, status, headers, body }: Json, now: Date): FailedItem {
  if (typeof status !== 'number' || !Number.isInteger(status)) throw garbled('batch_status')
  const wait = parseRetryAfter(headerIn(headers, 'retry-after'), now)
  const challenge = headerIn(headers, 'www-authenticate')
  return {
    index: Number(id),
    transient: TRANSIENT_STATUS.has(status),
    wait,
    failure: graphFailure(status, body, { challenge, ...(wait === undefined ? {} : { retryAfterMs: wait }) }),
  }
}

/** A header of an item, whose headers are members of an object: names are compared without case. */
function headerIn(headers: unknown, wanted: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)
  return found === undefined ? undefined : String(found[1])
}
