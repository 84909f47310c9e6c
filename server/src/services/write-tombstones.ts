import type { Log } from '../ports/log.ts'
import type { TombstoneList, TombstoneStore } from '../ports/tombstones.ts'

const BATCH = 500

/**
 * Writes out the tombstones that wait: each as a line of the log, and to the list, where there is one, before the database
 * forgets them. One that is written when the process ends may be written twice. What cannot be written waits for the next time.
 */
export type WriteTombstones = () => Promise<void>

export function createWriteTombstones(parts: {
  readonly tombstones: Pick<TombstoneStore, 'waiting' | 'forget'>
  readonly list: TombstoneList | undefined
  readonly log: Log
}): WriteTombstones {
  const { tombstones, list, log } = parts
  return async () => {
    for (;;) {
      const waiting = await tombstones.waiting(BATCH)
      if (waiting.length === 0) return
      try {
        await list?.append(waiting)
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
        return log.error('tombstones_not_written', { waiting: waiting.length, code })
      }
      for (const { kind, tenantId, subjectId } of waiting) log.info('tombstone', { kind, tenantId, subjectId })
      await tombstones.forget(waiting.map(({ id }) => id))
    }
  }
}
