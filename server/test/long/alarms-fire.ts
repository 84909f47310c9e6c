import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../dev/free-port.ts'
import type { Account } from '../../dev/microsoft-emulator/index.ts'
import type { Practice } from '../support/practice.ts'
import { startWorld } from '../support/world.ts'
import { OF_OURS } from './alarm-causes.ts'
import { OF_PROVIDERS } from './alarm-causes-providers.ts'
import type { Cause, Scene } from './alarm-scene.ts'
import { canFakeTime, productionProcess } from './production-process.ts'
import { faster, isInstalled as hasPrometheus, type Prometheus, startPrometheus } from './prometheus.ts'
import { createPostgres, isInstalled as hasPostgres, openMigrated } from './real-postgres.ts'
import { say } from './report.ts'
import { connectedPractice, fromAnywhere, slotsUrl } from './visitors.ts'

/**
 * Brings about what each alarm is for, with the production build, a real PostgreSQL, the emulated Outlook and a real Prometheus that
 * reads the processes with the token; exactly that alarm has to fire, and to end with its cause. Durations of the rules are divided
 * by FASTER (20); names, expressions and thresholds are those of the file. Then each expression of the dashboard has to give something.
 *   npm run build && npx tsx server/test/long/alarms-fire.ts [alarm … | dashboard]
 * On a machine that takes long to start a process, with FASTER=8.
 * Exits 1 where an alarm does not fire, another one fires, or one does not end; 2 where prometheus, PostgreSQL or libfaketime is not installed.
 */
const FASTER = Number(process.env.FASTER ?? 20)
/** Longer than the two seconds that /metrics waits for the database. */
const READ_SECONDS = 3
const PATIENCE_MS = 240_000
const RULES = 'server/deploy/alerts.yml'

const CAUSES = [...OF_OURS, ...OF_PROVIDERS]

const fail = (line: string): void => {
  process.exitCode = 1
  say(`FAILED: ${line}`)
}

async function firing(prometheus: Prometheus): Promise<Set<string>> {
  const alerts = await prometheus.alerts()
  return new Set(alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname ?? ''))
}

/** The seconds that it took; undefined: it did not come about in time. Adds to `seen` what fired meanwhile. */
async function until(
  prometheus: Prometheus,
  holds: (now: ReadonlySet<string>) => boolean,
  seen = new Set<string>(),
): Promise<number | undefined> {
  const begun = Date.now()
  while (Date.now() - begun < PATIENCE_MS) {
    const now = await firing(prometheus)
    for (const name of now) seen.add(name)
    if (holds(now)) return Math.round((Date.now() - begun) / 1000)
    await pause(500)
  }
  return undefined
}

async function prove(cause: Cause, scene: Scene, prometheus: Prometheus): Promise<void> {
  Object.assign(scene.visitors, { pages: 6, slots: 0.2 })
  const seen = new Set<string>()
  await cause.begin(scene)
  const after = await until(prometheus, (now) => cause.fires.every((name) => now.has(name)), seen)
  const names = cause.fires.join(', ')
  if (after === undefined) fail(`${names} did not fire: ${cause.what}; there were ${[...seen].join(', ') || 'none'}`)
  await cause.end(scene)
  Object.assign(scene.visitors, { pages: 6, slots: 1 })
  const over = await until(prometheus, (now) => now.size === 0, seen)
  if (over === undefined) fail(`after "${cause.what}" there are still ${[...(await firing(prometheus))].join(', ')}`)
  const known = new Set([...cause.fires, ...Object.keys(cause.may ?? {})])
  const others = [...seen].filter((name) => !known.has(name))
  if (others.length > 0) fail(`"${cause.what}" fired ${others.join(', ')} too`)
  const further = [...seen].filter((name) => !cause.fires.includes(name))
  say(
    `${names}: ${cause.what}; after ${after} s, over ${over} s after its end${further.length > 0 ? `; also ${further.join(', ')}` : ''}`,
  )
}

/** Visitors at the process that takes jobs, as many a second as are wanted. */
function visit({ both, practices, visitors }: Scene): () => void {
  const owed = { pages: 0, slots: 0 }
  let turn = 0
  const ask = (url: string): void =>
    void fetch(url, { headers: fromAnywhere(), signal: AbortSignal.timeout(30_000) })
      .then((answer) => answer.arrayBuffer())
      .catch(() => {})
  const timer = setInterval(() => {
    owed.pages += visitors.pages / 10
    owed.slots += visitors.slots / 10
    for (; owed.pages >= 1; owed.pages -= 1) ask(`${both.origin}/sign-in`)
    for (; owed.slots >= 1; owed.slots -= 1) {
      const [practice] = practices[turn++ % practices.length] ?? []
      if (practice !== undefined) ask(slotsUrl(both.origin, practice))
    }
  }, 100)
  return () => clearInterval(timer)
}

async function dashboardTells(prometheus: Prometheus): Promise<void> {
  const { panels }: { panels: { title: string; targets: { expr: string }[] }[] } = JSON.parse(
    fs.readFileSync('server/deploy/dashboard.json', 'utf8'),
  )
  const exprs = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })))
  for (const { title, expr } of exprs)
    if ((await prometheus.count(`last_over_time((${expr})[1h:3s])`)) === 0) fail(`"${title}" shows nothing: ${expr}`)
  say(`${exprs.length} expressions of the dashboard`)
}

async function proveAll(wanted: readonly string[]): Promise<void> {
  const postgres = await createPostgres()
  await postgres.start()
  const token = randomBytes(32).toString('base64url')
  const env = {
    METRICS_TOKEN: token,
    TRUST_PROXY_HOPS: '1',
    CALENDAR_MAX_AGE_SECONDS: '300',
  }
  const world = await startWorld({ calendars: 'emulated', database: await openMigrated(postgres, 'booking'), env })
  world.microsoft.journal.recording = false
  const [first, second] = [await freePort(), await freePort()]
  const both = productionProcess(first, world.env)
  const web = productionProcess(second, { ...world.env, PROCESS_TYPE: 'web' })
  await Promise.all([both.start(), web.start()])
  const practices: (readonly [Practice, Account])[] = []
  for (let index = 0; index < 3; index += 1) {
    const { practice, account } = await connectedPractice(world, both.origin)
    practices.push([practice, account])
  }
  const scene: Scene = {
    world,
    postgres,
    url: world.database.url,
    both,
    web,
    practices,
    visitors: { pages: 6, slots: 1 },
    env: world.env,
  }
  const leave = visit(scene)
  const targets = [first, second].map((port) => `127.0.0.1:${port}`)
  const rules = faster(fs.readFileSync(RULES, 'utf8'), FASTER)
  const prometheus = await startPrometheus({ rules, token, targets, seconds: READ_SECONDS })
  try {
    await pause(15_000)
    const quiet = await firing(prometheus)
    if (quiet.size > 0) fail(`without a cause there are ${[...quiet].join(', ')}`)
    for (const cause of CAUSES.filter(
      ({ fires }) => wanted.length === 0 || fires.some((name) => wanted.includes(name)),
    ))
      await prove(cause, scene, prometheus)
    const there = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name)
    const proved = new Set(CAUSES.flatMap(({ fires }) => fires))
    for (const name of there) if (!proved.has(name)) fail(`${name} has no cause here`)
    if (wanted.length === 0 || wanted.includes('dashboard')) await dashboardTells(prometheus)
  } finally {
    leave()
    await prometheus.stop()
    await Promise.all([both.end('SIGTERM'), web.end('SIGTERM')])
    await world.close()
    await postgres.stop()
    fs.rmSync(postgres.folder, { recursive: true, force: true })
  }
}

if (!hasPrometheus() || !hasPostgres() || !canFakeTime) {
  say(
    'skipped: there is no prometheus, no PostgreSQL or no libfaketime here (apt-get install prometheus postgresql faketime)',
  )
  process.exitCode = 2
} else await proveAll(process.argv.slice(2))
