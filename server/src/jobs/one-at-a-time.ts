import type { WorkerEvents } from 'graphile-worker'

export interface OneAtATime {
  /** For graphile-worker, which asks before each look for a job: the flags of the jobs that are executed. */
  forbiddenFlags(): Promise<string[]>
  /** To be called when a job has ended. */
  end(jobId: string): void
}

/**
 * Keeps a process from executing two jobs of one flag at once: a tenant's many jobs, or its slow calendar, leave places to
 * the others. Places that looked for a job at the same time could each be given one of the same flag, so one looks at a time.
 */
export function oneAtATime(events: WorkerEvents): OneAtATime {
  const flags = new Map<string, readonly string[]>()
  let looking = Promise.resolve()
  let found = (): void => {}
  events.on('job:start', ({ job }) => {
    flags.set(job.id, Object.keys(job.flags ?? {}))
    found()
  })
  events.on('worker:getJob:empty', () => found())
  events.on('worker:getJob:error', () => found())
  return {
    forbiddenFlags: async () => {
      const before = looking
      let done = (): void => {}
      looking = new Promise((resolve) => {
        done = resolve
      })
      await before
      found = done
      return [...flags.values()].flat()
    },
    end: (jobId) => void flags.delete(jobId),
  }
}
