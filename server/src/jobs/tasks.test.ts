import type { JobHelpers } from 'graphile-worker'
import { describe, expect, it } from 'vitest'
import type { LogFields } from '../ports/log.ts'
import { SCHEDULE } from './schedule.ts'
import { type JobServices, tasks } from './tasks.ts'

describe('tasks', () => {
  let fields: LogFields | undefined
  const seen: (LogFields | undefined)[] = []
  const note = async (): Promise<void> => void seen.push(fields)
  const services: JobServices = {
    reconcileEvent: { reconcile: note },
    removeFormerEvent: { remove: note },
    maintainConnections: { queueDue: note, maintain: note },
    requeueOutbox: note,
    rereadChangeKeys: { reread: note },
    compareEvents: { queueDue: note, compare: note },
    purge: note,
    withLogFields: (given, work) => {
      fields = given
      try {
        return work()
      } finally {
        fields = undefined
      }
    },
  }
  const list = tasks(services)

  it('each work under the id of their job, and their name', async () => {
    const job = { id: '7', attempts: 1, max_attempts: 25 }
    const id = '8f1f9a52-6d0b-4d5e-9d5c-0b6f6f0f7a11'
    const payload = { bookingId: id, key: id, tenantId: id }
    for (const task of Object.values(list)) await task?.(payload, { job } as JobHelpers)
    expect(seen).toEqual(Object.keys(list).map((task) => ({ jobId: '7', task })))
  })

  it('have one of the name of each scheduled job', () => {
    expect(SCHEDULE.filter(({ task }) => list[task] === undefined)).toEqual([])
  })
})
