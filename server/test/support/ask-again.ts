import { StoreError } from '../../src/ports/store-error.ts'
import type { Answer } from './process.ts'

// Prisma's code for a transaction that could not begin or end in its time; pg-pool's words for the same have none.
const OUT_OF_TIME: readonly (string | undefined)[] = ['P2028', undefined]

const isOutOfTime = (error: unknown): boolean =>
  error instanceof StoreError && error.reason === 'unavailable' && OUT_OF_TIME.includes(error.code)

/**
 * A transaction lasts three seconds at most (INV-13): of many rivals on a busy machine some are turned away, nothing done,
 * and ask again as they are told to. Every other failure is passed on, a deadlock or a lost connection too.
 */
export async function askAgain<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!isOutOfTime(error)) throw error
    }
  }
}

/** The same over HTTP: 503 of this type is to be asked again, under the same idempotency key. */
export async function requestAgain(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await ask()
    const turnedAway = answer.status === 503 && String(answer.body.type).endsWith('/problems/unavailable')
    if (!turnedAway) return answer
  }
}
