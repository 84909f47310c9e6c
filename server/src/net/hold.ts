import type { Breaker } from './breaker.ts'
import { orLeave } from './deadline.ts'

export interface Hold {
  readonly breaker: Breaker
  readonly key: string
  readonly milliseconds: number
  /** Tells the other processes. */
  readonly share: () => Promise<void>
  /** How long there is time to tell them. */
  readonly signal: AbortSignal
}

/**
 * Keeps a Retry-After: here at once, then in every process; and here once more, so that we do not come back before the
 * others may. False when they could not be told: then it still holds here.
 */
export async function holdEverywhere({ breaker, key, milliseconds, share, signal }: Hold): Promise<boolean> {
  breaker.hold(key, milliseconds)
  const told = await orLeave(share(), signal).then(
    () => true,
    () => false,
  )
  breaker.hold(key, milliseconds)
  return told
}
