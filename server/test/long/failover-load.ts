import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Practice } from '../support/practice.ts'
import type { ProductionProcess } from './production-process.ts'
import { book, freeStarts } from './visitors.ts'

export interface Answered {
  readonly at: number
  readonly id: string
  readonly practice: number
}

export interface Tally {
  readonly answered: Answered[]
  readonly failed: Map<number, number>
  requests: number
}

/** Books one time after the other; a time that is not answered well is tried again with the same key, as a client would. */
export async function bookOn(
  processes: readonly ProductionProcess[],
  practice: Practice,
  index: number,
  tally: Tally,
  over: AbortSignal,
): Promise<void> {
  const starts = await freeStarts(processes[0]?.origin ?? '', practice, 8)
  for (let turn = index; !over.aborted; ) {
    const start = starts.pop()
    if (start === undefined) throw new Error('there are no more free times')
    const key = randomUUID()
    for (let done = false; !done && !over.aborted; turn += 1) {
      const { origin } = processes[turn % processes.length] ?? { origin: '' }
      const { status, id } = await book(origin, practice, start, key)
      tally.requests += 1
      done = id !== undefined && (status === 201 || status === 200)
      if (done && id !== undefined) tally.answered.push({ at: Date.now(), id, practice: index })
      else tally.failed.set(status, (tally.failed.get(status) ?? 0) + 1)
      await pause(300)
    }
  }
}

export interface Readiness {
  readonly at: number
  readonly process: number
  readonly ready: boolean
}

export async function watchReadiness(
  processes: readonly ProductionProcess[],
  seen: Readiness[],
  over: AbortSignal,
): Promise<void> {
  await Promise.all(
    processes.map(async ({ origin }, index) => {
      while (!over.aborted) {
        const answer = await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
        await answer?.arrayBuffer().catch(() => undefined)
        seen.push({ at: Date.now(), process: index, ready: answer?.status === 200 })
        await pause(200)
      }
    }),
  )
}
