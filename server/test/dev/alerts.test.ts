import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createPrometheusMetrics } from '../../src/adapters/prometheus/metrics.ts'
import { systemClock } from '../../src/ports/clock.ts'

const rules = readFileSync('server/deploy/alerts.yml', 'utf8')
const dashboard: {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[]
} = JSON.parse(readFileSync('server/deploy/dashboard.json', 'utf8'))
const operations = readFileSync('server/docs/operations.md', 'utf8')

const alerts = rules
  .split(/^ +- alert: /m)
  .slice(1)
  .map((text) => ({
    name: /^\w+/.exec(text)?.[0] ?? '',
    expr: /^ +expr: ((?:.*)(?:\n {10,}.*)*)/m.exec(text)?.[1] ?? '',
    runbook: /^ +runbook: (\S+)$/m.exec(text)?.[1] ?? '',
  }))

/** What Prometheus adds to what it reads. */
const ITS_OWN = ['up']
const SUFFIX = /_(count|sum|bucket)$/

/** Names of metrics in an expression: words that are no function, keyword or label, strings and label lists aside. */
const metricsIn = (expr: string): string[] =>
  [...expr.replace(/\{[^}]*\}|\b(by|on) \([^)]*\)/g, ' ').matchAll(/\b[a-z]\w*_\w+\b(?!\s*\()|\bup\b/g)].map(
    ([name]) => name,
  )

/** Labels in an expression, whether matched or grouped by. */
const labelsIn = (expr: string): string[] => [
  ...[...expr.matchAll(/[{,]\s*(\w+)(?==|!=|=~|!~)/g)].map(([, label = '']) => label),
  ...[...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)),
]

async function told(): Promise<{ readonly names: Set<string>; readonly text: string }> {
  const metrics = createPrometheusMetrics(systemClock).metrics({
    readBacklog: async () => ({
      jobs: [{ task: 't', state: 'ready', count: 1, oldestSeconds: 1 }],
      outbox: [{ status: 'PENDING', failure: 'none', count: 1, oldestSeconds: 1 }],
      connections: [{ provider: 'GOOGLE', health: 'ok', count: 1 }],
    }),
    now: () => ({
      pool: { totalCount: 1, idleCount: 1, waitingCount: 0 },
      takesJobs: true,
      secretDaysLeft: { google: 1 },
      clockSkewSeconds: 0,
    }),
  })
  const text = await metrics.text()
  return { names: new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)), text }
}

describe('alerts and dashboard', () => {
  const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
  const exprs = [...alerts.map(({ expr }) => expr), ...shown]

  it('speak of metrics that there are, and of each of ours', async () => {
    const { names } = await told()
    const asked = new Set(exprs.flatMap(metricsIn).map((name) => (names.has(name) ? name : name.replace(SUFFIX, ''))))
    expect(alerts.length).toBeGreaterThan(10)
    expect(exprs.every((expr) => metricsIn(expr).length > 0)).toBe(true)
    expect([...asked].filter((name) => !names.has(name) && !ITS_OWN.includes(name))).toEqual([])
    expect([...names].filter((name) => name.startsWith('booking_') && !asked.has(name))).toEqual([])
  })

  it('speak of labels that the guide names', () => {
    const section = operations.slice(operations.indexOf('\n## Metrics'), operations.indexOf('\n## Alarms'))
    const known = new Set([...section.matchAll(/`(\w+)`/g)].map(([, word = '']) => word))
    const prometheus = ['le', 'job', 'instance']
    const labels = exprs.flatMap(labelsIn)
    expect(labels.length).toBeGreaterThan(20)
    expect(labels.filter((label) => !known.has(label) && !prometheus.includes(label))).toEqual([])
  })

  it.each(alerts)('$name leads to a place of the guide that says what to type', ({ name, runbook }) => {
    expect(runbook).toBe(`server/docs/operations.md#${name.toLowerCase()}`)
    const place = new RegExp(`^### ${name}\\n+([\\s\\S]*?)(?=\\n##)`, 'm').exec(operations)?.[1] ?? ''
    expect(place).toMatch(/ {4}\S|`[^`]+`/)
  })

  it('the guide has no alarm that there is not', () => {
    const headings = [...operations.matchAll(/^### (Booking\w+)$/gm)].map(([, name]) => name)
    expect(headings).toEqual(alerts.map(({ name }) => name))
  })
})
