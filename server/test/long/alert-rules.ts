import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/**
 * Lets Prometheus' own tool read the alerting rules, and shows that some fire when they should and not before:
 *   npx tsx server/test/long/alert-rules.ts
 * Exits 1 when the tool objects; says so and ends where there is no `promtool` (Debian's package `prometheus` has it).
 */
const RULES = path.resolve('server/deploy/alerts.yml')

const alerting = (name: string, at: string, labels: readonly string[]): string => `
      - eval_time: ${at}
        alertname: ${name}
        exp_alerts: [${labels.map((label) => `{ exp_labels: { ${label} } }`).join(', ')}]`

// Notation of Prometheus: `_x20` is no sample twenty times, `0x60` zero and then sixty times the same.
const CASES = `rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - { series: 'booking_log_events_total{level="error",event="tokens_unreadable",instance="a"}', values: '_x20 1x60' }
      - { series: 'booking_log_events_total{level="error",event="request_failed",instance="a"}', values: '_x20 1x60' }
      - { series: 'booking_log_events_total{level="error",event="worker_stopped",instance="a"}', values: '1x20 2x60' }
    alert_rule_test:${alerting('BookingAlarm', '18m', [])}${alerting('BookingAlarm', '25m', [
      'severity: ticket, event: tokens_unreadable',
      'severity: ticket, event: worker_stopped',
    ])}${alerting('BookingAlarm', '50m', [])}
  - interval: 1m
    input_series:
      - { series: 'booking_database_up{instance="a"}', values: '1x5 0x10' }
      - { series: 'booking_outbox_oldest_seconds{status="PENDING",failure="reconnect",instance="a"}', values: '900000x60' }
      - { series: 'booking_outbox_oldest_seconds{status="PENDING",failure="none",instance="a"}', values: '0+60x60' }
    alert_rule_test:${alerting('BookingDatabaseDown', '5m', [])}${alerting('BookingDatabaseDown', '8m', [
      'severity: page, instance: a',
    ])}${alerting('BookingOutboxLate', '29m', [])}${alerting('BookingOutboxLate', '35m', [
      'severity: page, status: PENDING',
    ])}
`

/** False when the tool objects; undefined when there is none. */
function promtool(...args: readonly string[]): boolean | undefined {
  const { error, status } = spawnSync('promtool', args, { stdio: 'inherit' })
  return error === undefined ? status === 0 : undefined
}

const known = promtool('check', 'rules', RULES)
if (known === undefined) {
  process.stdout.write('skipped: there is no promtool here (apt-get install prometheus)\n')
} else {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'booking-alerts-'))
  const file = path.join(folder, 'cases.yml')
  // What fires is compared by name, label and time, without the words for people.
  const wordless = fs.readFileSync(RULES, 'utf8').replace(/^ +annotations:\n( {10,}.*\n)+/gm, '')
  fs.writeFileSync(path.join(folder, 'rules.yml'), wordless)
  fs.writeFileSync(file, CASES)
  const fired = promtool('test', 'rules', file)
  fs.rmSync(folder, { recursive: true })
  process.exitCode = known && fired === true ? 0 : 1
}
