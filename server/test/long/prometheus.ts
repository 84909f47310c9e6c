import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../dev/free-port.ts'

export const isInstalled = (): boolean => spawnSync('prometheus', ['--version']).error === undefined

export interface Alert {
  readonly state: 'pending' | 'firing'
  readonly labels: Readonly<Record<string, string>>
}

export interface Prometheus {
  alerts(): Promise<readonly Alert[]>
  /** Series that the expression gives now. */
  count(expression: string): Promise<number>
  stop(): Promise<void>
}

const SECONDS_OF_A_MINUTE = 60

/** `for`, ranges and offsets last this share of what they are; names, labels and thresholds stay. */
export const faster = (text: string, factor: number): string =>
  text.replace(/(?<=for: |\[|offset )(\d+)(m|h)/g, (_, count: string, unit: string) => {
    const seconds = Number(count) * SECONDS_OF_A_MINUTE * (unit === 'h' ? SECONDS_OF_A_MINUTE : 1)
    return `${Math.ceil(seconds / factor)}s`
  })

/** A real Prometheus with these rules, which reads `/metrics` of the targets every `seconds`, with the token. */
export async function startPrometheus(options: {
  readonly rules: string
  readonly token: string
  readonly targets: readonly string[]
  readonly seconds: number
}): Promise<Prometheus> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'booking-prometheus-'))
  const at = (name: string): string => path.join(folder, name)
  fs.writeFileSync(at('rules.yml'), options.rules)
  fs.writeFileSync(at('token'), options.token, { mode: 0o600 })
  fs.writeFileSync(
    at('prometheus.yml'),
    `global: { scrape_interval: ${options.seconds}s, scrape_timeout: ${options.seconds}s, evaluation_interval: 1s }
rule_files: [${at('rules.yml')}]
scrape_configs:
  - job_name: booking
    authorization: { credentials_file: ${at('token')} }
    static_configs: [{ targets: [${options.targets.map((target) => JSON.stringify(target)).join(', ')}] }]
`,
  )
  const origin = `127.0.0.1:${await freePort()}`
  const flags = { 'config.file': at('prometheus.yml'), 'storage.tsdb.path': at('data'), 'web.listen-address': origin }
  const log = fs.openSync(at('log'), 'a')
  const child = spawn(
    'prometheus',
    Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    { stdio: ['ignore', log, log] },
  )
  process.once('exit', () => child.kill('SIGKILL'))
  const read = async <T>(where: string): Promise<T> => {
    const answer: { data: T } = await (await fetch(`http://${origin}/api/v1/${where}`)).json()
    return answer.data
  }
  for (let ready = false; !ready; await pause(100)) {
    if (child.exitCode !== null) throw new Error(`Prometheus ended: ${fs.readFileSync(at('log'), 'utf8')}`)
    ready = (await fetch(`http://${origin}/-/ready`).catch(() => undefined))?.status === 200
  }
  return {
    alerts: async () => (await read<{ alerts: Alert[] }>('alerts')).alerts,
    count: async (expression) => {
      const { result } = await read<{ result: unknown[] }>(`query?query=${encodeURIComponent(expression)}`)
      return result.length
    },
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
      fs.rmSync(folder, { recursive: true })
    },
  }
}
