import { describe, expect, it } from 'vitest'
import { silentLog } from '../../ports/log.ts'
import type { Backlog } from '../../ports/metrics.ts'
import { createPrometheusMetrics } from './metrics.ts'

const EMPTY: Backlog = { jobs: [], outbox: [], connections: [] }
const idle = {
  pool: { totalCount: 0, idleCount: 0, waitingCount: 0 },
  takesJobs: true,
  secretDaysLeft: {},
  clockSkewSeconds: 0,
}

function metricsOver(readBacklog: () => Promise<Backlog>) {
  let now = 0
  const prometheus = createPrometheusMetrics({ now: () => new Date(now) })
  const metrics = prometheus.metrics({ readBacklog, now: () => idle })
  const pass = (ms: number): void => {
    now += ms
  }
  return { prometheus, metrics, pass }
}

describe('metrics', () => {
  it('read the database once in ten seconds, however often they are asked for, and once at a time', async () => {
    let reads = 0
    const { metrics, pass } = metricsOver(async () => {
      reads += 1
      return EMPTY
    })
    await Promise.all([metrics.text(), metrics.text(), metrics.text()])
    await metrics.text()
    expect(reads).toBe(1)
    pass(9_999)
    await metrics.text()
    expect(reads).toBe(1)
    pass(1)
    await metrics.text()
    expect(reads).toBe(2)
  })

  it('say what they know while the database does not answer, and nothing of what they knew before', async () => {
    let broken = false
    const { metrics, pass, prometheus } = metricsOver(async () => {
      if (broken) throw new Error('CANARY')
      return { ...EMPTY, jobs: [{ task: 'purge', state: 'ready', count: 3, oldestSeconds: 5 }] }
    })
    prometheus.counting(silentLog).error('uncaught')
    expect(await metrics.text()).toContain('booking_jobs{task="purge",state="ready"} 3')
    broken = true
    pass(10_000)
    const text = await metrics.text()
    expect(text).toContain('booking_database_up 0')
    expect(text).not.toMatch(/^booking_jobs\{/m)
    expect(text).toContain('booking_log_events_total{level="error",event="uncaught"} 1')
  })
})
