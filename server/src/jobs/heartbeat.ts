import type { WorkerEvents } from 'graphile-worker'

const TICK_MS = 1_000
/** A free place asks for a job once a second: after so many ticks without a question the runner counts as silent. */
const SILENT_TICKS = 5
/** A question waits at most 10 s for a connection and 10 s for its answer; one that lasts longer has lost its connection. */
const ASKING_TICKS = 25

export interface Heartbeat {
  /** To be called when a job has ended: its place asks for the next one. */
  beat(): void
  /** Resolves when places are free and none has asked for too long. */
  silent(): Promise<'silent'>
  end(): void
}

/**
 * graphile-worker does not report that it takes no more jobs; its events show when a place last asked for one. Ticks are
 * counted, not time, because a process that was suspended has had neither ticks nor questions meanwhile.
 */
export function watchPlaces(events: WorkerEvents, hasFreePlaces: () => boolean): Heartbeat {
  const asking = new Set<unknown>()
  let ticks = 0
  const beat = (): void => {
    ticks = 0
  }
  events.on('worker:getJob:start', ({ worker }) => {
    asking.add(worker)
    beat()
  })
  for (const answer of ['worker:getJob:empty', 'worker:getJob:error', 'job:start'] as const)
    events.on(answer, ({ worker }) => {
      asking.delete(worker)
      beat()
    })
  let ticking: NodeJS.Timeout | undefined
  return {
    beat,
    silent: (): Promise<'silent'> =>
      new Promise((resolve) => {
        ticking = setInterval(() => {
          if (!hasFreePlaces()) return
          ticks += 1
          if (ticks >= (asking.size > 0 ? ASKING_TICKS : SILENT_TICKS)) resolve('silent')
        }, TICK_MS)
      }),
    end: (): void => clearInterval(ticking),
  }
}
