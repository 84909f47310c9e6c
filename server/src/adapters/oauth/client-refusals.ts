import { BoundedMap } from '../../net/bounded-map.ts'
import type { Clock } from '../../ports/clock.ts'

const SEVERAL = 3
const WITHIN_MS = 10 * 60_000
/** Tenants remembered at most. */
const LIMIT = 10_000

/**
 * Whom a provider's token endpoint refuses, in this process. One organisation alone may keep our application out. Several
 * tenants that are refused within ten minutes, where they were not before, mean that the provider does.
 */
export class ClientRefusals {
  readonly #clock: Clock
  readonly #refused = new BoundedMap<true>(LIMIT)
  #latest: readonly { readonly key: string; readonly at: number }[] = []
  #unnamed = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Without a tenant, each refusal counts as one of another. True where this one makes them several. */
  began(tenantId?: string): boolean {
    const key = tenantId ?? `unnamed ${++this.#unnamed}`
    if (this.#refused.get(key)) return false
    this.#refused.set(key, true)
    const at = this.#clock.now().getTime()
    const others = this.#latest.filter((other) => other.key !== key && at - other.at < WITHIN_MS)
    this.#latest = [...others, { key, at }].slice(-SEVERAL)
    return this.#latest.length === SEVERAL
  }

  ended(tenantId: string): void {
    this.#refused.delete(tenantId)
  }
}
