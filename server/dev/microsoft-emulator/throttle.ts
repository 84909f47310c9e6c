import type { Account } from './accounts.ts'
import type { Cloud } from './cloud.ts'
import { throttled } from './graph-answers.ts'
import type { Answer, Incoming } from './wire.ts'

const WINDOW_MS = 600_000
// Graph sends Outlook at most four requests of one batch at a time: learn.microsoft.com/graph/throttling-limits
const BATCH_AT_ONCE = 4

const overConcurrency = () => throttled('1', 'Application is over its MailboxConcurrency limit.')
const overBudget = () => throttled('30', 'Too many requests.', 'TooManyRequests')

interface Load {
  running: number
  windowStart: number
  requests: number
}

/** Outlook's limits per application and mailbox. */
export class Throttle {
  private readonly loads = new Map<string, Load>()
  private readonly cloud: Cloud

  constructor(cloud: Cloud) {
    this.cloud = cloud
  }

  /** A refusal, or a place that is free again when the answer is out. */
  admit(account: Account, incoming: Incoming): Answer | undefined {
    const load = this.load(account)
    if (++load.requests > this.cloud.limits.requestsPerTenMinutes) return overBudget()
    return this.enter(load, incoming) ? undefined : overConcurrency()
  }

  /** For a batch: which of its items are refused. */
  admitBatch(account: Account, incoming: Incoming, items: number): (index: number) => Answer | undefined {
    const load = this.load(account)
    const left = this.cloud.limits.requestsPerTenMinutes - load.requests
    load.requests += items
    const wanted = Math.min(BATCH_AT_ONCE, items)
    let places = 0
    while (places < wanted && this.enter(load, incoming)) places++
    const crowded = places === 0 ? items : wanted - places
    return (index) => (index >= left ? overBudget() : index < crowded ? overConcurrency() : undefined)
  }

  private enter(load: Load, incoming: Incoming): boolean {
    if (load.running >= this.cloud.limits.concurrency) return false
    load.running++
    incoming.exchange.onSent.push(() => load.running--)
    return true
  }

  private load(account: Account): Load {
    const now = this.cloud.now().getTime()
    const load = this.loads.get(account.oid) ?? { running: 0, windowStart: now, requests: 0 }
    if (now - load.windowStart >= WINDOW_MS) Object.assign(load, { windowStart: now, requests: 0 })
    this.loads.set(account.oid, load)
    return load
  }
}
