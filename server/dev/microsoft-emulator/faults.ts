import type { Account } from './accounts.ts'
import type { Incoming } from './wire.ts'

/** What goes wrong. `applied`: the operation is carried out all the same, only its answer is lost or replaced. */
export type Fault =
  | StatusFault
  | { kind: 'oauth-error'; error: string; aadsts: number; suberror?: string; claims?: string; status?: number }
  | { kind: 'claims-challenge'; claims?: string }
  | { kind: 'redirect'; to: string }
  /** Never answers; connection cut before the first byte; inside the body; a complete answer with half a body. */
  | { kind: 'hang' | 'reset' | 'reset-mid-body' | 'truncated'; applied?: boolean }
  | { kind: 'drip'; bytesPerSecond: number }
  /** The answer waits until the handle's `release()`. */
  | { kind: 'hold'; applied?: boolean }
  | { kind: 'html'; status?: number }
  | { kind: 'malformed-json' | 'bom' | 'gzip-bomb' | 'without-id' | 'error-at-200' }
  /** A body of so many bytes, streamed. */
  | { kind: 'flood'; bytes: number }
  | { kind: 'value'; value: 'missing' | 'null' | 'object' }
  /** A page without events and a link to the page that should have been. */
  | { kind: 'empty-page' }
  /** `self`: the page links to itself; else any text. */
  | { kind: 'next-link'; to: string }
  | { kind: 'endless-pages' }
  /** Every event of the answer twice. */
  | { kind: 'duplicate-events' }
  /** Overrides properties in every event of the answer; `undefined` removes. */
  | { kind: 'events'; set: Readonly<Record<string, unknown>> }
  /** Leaves out, or repeats, the answer to a batch item (index in the request). */
  | { kind: 'batch-item'; index: number; how: 'missing' | 'duplicate' }
  /** The answer is read from somebody else's mailbox. */
  | { kind: 'other-mailbox'; account: Account }
  /** Anything else: the JSON body as it would be → as it shall be. */
  | { kind: 'body'; change: (body: unknown) => unknown }

export interface StatusFault {
  kind?: 'status'
  status: number
  code?: string
  message?: string
  /** The Retry-After header exactly as given, sense or nonsense. */
  retryAfter?: string
  headers?: Readonly<Record<string, string>>
  /** In place of Graph's error body. */
  body?: unknown
  applied?: boolean
}

/** `METHOD /path`, `*` for one path segment or any method; or a pattern on `METHOD /path?query`; or a predicate. */
export type Match = string | RegExp | ((incoming: Incoming) => boolean)

export interface FaultHandle {
  /** How often it has struck. */
  readonly strikes: number
  /** Resolves when it strikes for the first time. */
  readonly struck: Promise<void>
  /** Lets held answers go. */
  release(): void
  /** Withdraws it. */
  cancel(): void
}

export interface Plan {
  readonly fault: Fault
  /** For `hold`: resolves on release. */
  readonly released: Promise<void>
}

interface Entry {
  readonly matches: (incoming: Incoming) => boolean
  readonly plan: Plan
  skip: number
  left: number
  strikes: number
  readonly strike: () => void
}

export class Faults {
  private entries: Entry[] = []

  /**
   * The next matching request, or batch item, meets the fault. `times` (default 1) how many do, `Infinity` for all;
   * `after` how many matching requests pass first.
   */
  failNext(match: Match, fault: Fault, options: { times?: number; after?: number } = {}): FaultHandle {
    let strike = () => {}
    const struck = new Promise<void>((resolve) => {
      strike = resolve
    })
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const entry: Entry = {
      matches: matcher(match),
      plan: { fault, released },
      skip: options.after ?? 0,
      left: options.times ?? 1,
      strikes: 0,
      strike,
    }
    this.entries.push(entry)
    return {
      get strikes() {
        return entry.strikes
      },
      struck,
      release,
      cancel: () => {
        this.entries = this.entries.filter((other) => other !== entry)
      },
    }
  }

  /** Holds the next matching answer until `release()`; `struck` tells that the request has arrived. */
  hold(match: Match, options: { applied?: boolean; times?: number } = {}): FaultHandle {
    return this.failNext(match, { kind: 'hold', applied: options.applied ?? true }, { times: options.times ?? 1 })
  }

  clear(): void {
    this.entries = []
  }

  /** The plan for this request, if one waits for it. */
  take(incoming: Incoming): Plan | undefined {
    if (this.entries.length === 0) return undefined
    for (const entry of this.entries) {
      if (!entry.matches(incoming)) continue
      if (entry.skip > 0) {
        entry.skip--
        continue
      }
      entry.left--
      entry.strikes++
      entry.strike()
      if (entry.left <= 0) this.entries = this.entries.filter((other) => other !== entry)
      return entry.plan
    }
    return undefined
  }
}

function matcher(match: Match): (incoming: Incoming) => boolean {
  if (typeof match === 'function') return match
  if (match instanceof RegExp) return (incoming) => match.test(`${incoming.method} ${incoming.target}`)
  const [method = '*', path = '/**'] = match.split(' ')
  const pattern = path
    .split('*')
    .map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/]*')
  const whole = new RegExp(`^${pattern.replaceAll('[^/]*[^/]*', '.*')}$`)
  return (incoming) => (method === '*' || method === incoming.method) && whole.test(incoming.path)
}

/** Whether the operation happens although the fault will spoil its answer. */
export function isApplied(fault: Fault): boolean {
  switch (fault.kind) {
    case undefined:
    case 'status':
    case 'hang':
    case 'reset':
    case 'hold':
      return fault.applied ?? false
    case 'oauth-error':
    case 'claims-challenge':
    case 'redirect':
      return false
    default:
      return true
  }
}
