import type { TaskList } from 'graphile-worker'
import { z } from 'zod'
import type { MirrorBookings } from '../services/mirror-bookings.ts'
import type { TendConnections } from '../services/tend-connections.ts'

export interface JobServices {
  readonly mirrorBookings: MirrorBookings
  readonly tendConnections: TendConnections
  /** Queues what still waits and has no job, for example after a crash. */
  readonly requeueMirrors: () => Promise<void>
  readonly purge: () => Promise<void>
}

const MirrorPayload = z.object({ bookingId: z.uuid(), throttled: z.int().nonnegative().default(0) })

/** Each task calls one service. */
export const tasks = (services: JobServices): TaskList => ({
  mirror_booking: async (payload, { job }) => {
    const { bookingId, throttled } = MirrorPayload.parse(payload)
    await services.mirrorBookings.mirror(bookingId, { last: job.attempts >= job.max_attempts, throttled })
  },
  requeue_mirrors: () => services.requeueMirrors(),
  tend_connections: () => services.tendConnections.tend(),
  purge: () => services.purge(),
})

/** In UTC. A task that was due while no worker ran is not made up for: the next one does the same work. */
export const CRON = [
  { task: 'requeue_mirrors', match: '*/2 * * * *' },
  { task: 'tend_connections', match: '17 * * * *' },
  { task: 'purge', match: '41 3 * * *' },
] as const
