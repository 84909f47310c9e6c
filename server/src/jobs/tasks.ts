import type { Task, TaskList } from 'graphile-worker'
import { z } from 'zod'
import type { WithLogFields } from '../ports/log.ts'
import type { CompareEvents } from '../services/compare-events.ts'
import type { MaintainConnections } from '../services/maintain-connections.ts'
import type { ReconcileEvent } from '../services/reconcile-event.ts'
import type { RemoveFormerEvent } from '../services/remove-former-event.ts'
import type { RereadChangeKeys } from '../services/reread-change-keys.ts'

export interface JobServices {
  readonly reconcileEvent: ReconcileEvent
  readonly removeFormerEvent: RemoveFormerEvent
  readonly maintainConnections: MaintainConnections
  /** Queues an outbox job for every booking of the outbox that has none, and ends what a crash has left open. */
  readonly requeueOutbox: () => Promise<void>
  readonly rereadChangeKeys: RereadChangeKeys
  readonly compareEvents: CompareEvents
  readonly purge: (stopping?: AbortSignal) => Promise<void>
  readonly withLogFields: WithLogFields
}

const ReconcilePayload = z.object({ bookingId: z.uuid(), failures: z.int().nonnegative().default(0) })

const RemovalPayload = z.object({ key: z.uuid(), failures: z.int().nonnegative().default(0) })

const ComparisonPayload = z.object({ tenantId: z.uuid() })

const reconcileEvent =
  (services: JobServices): Task =>
  async (payload) => {
    const { bookingId, failures } = ReconcilePayload.parse(payload)
    await services.reconcileEvent.reconcile(bookingId, { failures })
  }

/** Each task calls one service; the lines of a job carry its id and its task. Those that take long reject once `stopping` is aborted. */
export const tasks = (services: JobServices, stopping?: AbortSignal): TaskList =>
  Object.fromEntries(
    Object.entries(plainTasks(services, stopping)).map(([name, task]): [string, Task] => [
      name,
      (payload, helpers) => services.withLogFields({ jobId: helpers.job.id, task: name }, () => task(payload, helpers)),
    ]),
  )

const plainTasks = (services: JobServices, stopping?: AbortSignal): Readonly<Record<string, Task>> => ({
  reconcile_event: reconcileEvent(services),
  remove_former_event: async (payload) => {
    const { key, failures } = RemovalPayload.parse(payload)
    await services.removeFormerEvent.remove(key, { failures })
  },
  requeue_outbox: () => services.requeueOutbox(),
  reread_change_keys: () => services.rereadChangeKeys.reread(),
  queue_comparisons: () => services.compareEvents.queueDue(),
  compare_events: (payload) => services.compareEvents.compare(ComparisonPayload.parse(payload).tenantId, stopping),
  queue_maintenance: () => services.maintainConnections.queueDue(),
  maintain_page: () => services.maintainConnections.maintain(stopping),
  // The former names of some of the above: jobs of the release before may still be queued, and its processes may queue more.
  mirror_booking: reconcileEvent(services),
  requeue_mirrors: () => services.requeueOutbox(),
  maintain_connections: () => services.maintainConnections.maintain(stopping),
  tend_connections: () => services.maintainConnections.maintain(stopping),
  purge: () => services.purge(stopping),
})
