import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../dev/free-port.ts'
import { productionEnvironment } from '../../dev/production-environment.ts'

/**
 * What one process of the production build costs: processor time and time until it is ready, and its resident memory, idle and
 * after pages were asked for. Expects `npm run build` to have run, in this folder or in FOLDER; where an OTLP collector's address
 * is in COLLECTOR, traces are on. Needs DATABASE_URL:
 *   npx tsx server/dev/with-database.ts --migrated npx tsx server/test/long/footprint.ts
 */
const FOLDER = process.env.FOLDER ?? '.'
const COLLECTOR = process.env.COLLECTOR
const STARTS = 5
const PATIENCE_MS = 120_000
const IDLE_MS = 10_000
const REQUESTS = 3_000
const AT_ONCE = 16
/** A clock tick of /proc (USER_HZ) is a hundredth of a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const megabytes = (folder: string): string =>
  fs.existsSync(folder)
    ? `${Math.round(Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) / 1024)} MB`
    : 'none'
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Fields 14 and 15 of proc(5)'s stat, of all threads. */
function cpuSeconds({ pid }: ChildProcess): number {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

function residentMiB({ pid }: ChildProcess): number {
  const [, resident] = /^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(resident) / 1024)
}

interface Started {
  readonly app: ChildProcess
  readonly origin: string
  readonly readySeconds: number
  readonly cpuSeconds: number
}

async function start(): Promise<Started> {
  const port = await freePort()
  const env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: process.env.DATABASE_URL ?? '',
    ...productionEnvironment(port),
    LOG_LEVEL: 'info',
    ...(COLLECTOR !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR }),
  }
  const begun = performance.now()
  const app = spawn(process.execPath, ['dist/main.js'], { cwd: FOLDER, env, stdio: ['ignore', 'ignore', 'inherit'] })
  const origin = `http://127.0.0.1:${port}`
  while (performance.now() - begun < PATIENCE_MS && app.exitCode === null) {
    const answer = await fetch(`${origin}/readyz`).catch(() => undefined)
    if (answer?.status === 200)
      return { app, origin, readySeconds: (performance.now() - begun) / 1000, cpuSeconds: cpuSeconds(app) }
    await pause(20)
  }
  throw new Error('it did not become ready')
}

async function stop(app: ChildProcess): Promise<void> {
  const ended = once(app, 'exit')
  app.kill('SIGTERM')
  await ended
}

/** Pages that everybody may see; half of them are counted in the database, and refused with a page once they are too many. */
async function load(origin: string): Promise<void> {
  let left = REQUESTS
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await (await fetch(`${origin}${left % 2 === 0 ? '/sign-in' : '/book/nobody'}`)).text()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
}

say(`node ${process.version}; node_modules ${megabytes(`${FOLDER}/node_modules`)}, dist ${megabytes(`${FOLDER}/dist`)}`)
const starts: Started[] = []
for (let turn = 0; turn < STARTS; turn += 1) {
  const started = await start()
  starts.push(started)
  if (turn < STARTS - 1) await stop(started.app)
}
say(
  `ready (median of ${STARTS} starts): ${median(starts.map((one) => one.readySeconds)).toFixed(1)} s, ` +
    `${median(starts.map((one) => one.cpuSeconds)).toFixed(1)} s of processor time`,
)
const last = starts.at(-1)
if (last === undefined) throw new Error('it never started')
await pause(IDLE_MS)
say(`idle: ${residentMiB(last.app)} MB resident`)
const before = cpuSeconds(last.app)
await load(last.origin)
const used = cpuSeconds(last.app) - before
say(
  `after ${REQUESTS} pages, ${AT_ONCE} at a time: ${residentMiB(last.app)} MB resident, ` +
    `${((used / REQUESTS) * 1000).toFixed(1)} ms of processor time each`,
)
await stop(last.app)
