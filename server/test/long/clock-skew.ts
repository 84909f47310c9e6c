import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../dev/free-port.ts'
import { signIn, type Therapist } from '../support/therapist.ts'
import { startWorld } from '../support/world.ts'
import { connecting, eventsOf, offering, type Scene } from './clock-differences.ts'
import { canFakeTime, clockAhead, type ProductionProcess, productionProcess } from './production-process.ts'
import { ask, createPostgres, isInstalled as hasPostgres, openMigrated } from './real-postgres.ts'
import { check, say } from './report.ts'
import { book, type Connected, freeStarts, fromAnywhere, slotsUrl } from './visitors.ts'

/**
 * Three processes of the production build at one database and both emulated providers; the clock of one is twelve minutes ahead, and
 * then twelve minutes behind (libfaketime; its monotonic clock is right). What it does differently is said, line by line; nothing may
 * be booked twice or lost, and that process alone has to notice.
 *   npm run build && npx tsx server/test/long/clock-skew.ts
 * Exits 1 where one of that does not hold; 2 where libfaketime or PostgreSQL is not installed.
 */
const MINUTES = 12
const PATIENCE_MS = 60_000
/** Times for which each process is asked at the same moment. */
const RACES = 12

async function until(holds: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(100)) if (await holds()) return true
  return false
}

async function signing({ world, right, wrong, all }: Scene): Promise<void> {
  const practice = await world.practice()
  for (const [what, begun] of [
    ['right', right],
    ['wrong', wrong],
  ] as const) {
    const therapist: Therapist = await signIn(begun.origin, practice)
    const statuses = await Promise.all(all.map(async (one) => (await therapist.at(one).settings()).status))
    check(
      `a sign-in at the ${what} process holds at each (${statuses.join(', ')})`,
      statuses.every((status) => status === 200),
    )
  }
}

async function refreshing({ world, postgres, all }: Scene, { practice, account }: Connected): Promise<void> {
  for (const [index, { origin, lines }] of all.entries()) {
    world.microsoft.expireAccessTokens(account)
    const from = lines.length
    const { status } = await fetch(slotsUrl(origin, practice, 20), { headers: fromAnywhere() })
    const exchanges = lines.slice(from).filter(({ event }) => event === 'token_exchanged').length
    check(
      `an access token that has ended is renewed at process ${index + 1} (${status}, ${exchanges} exchanges)`,
      status === 200,
    )
  }
  const health = await ask(
    postgres.url('booking'),
    'SELECT 1 FROM calendar_connection WHERE failure_reason IS NOT NULL',
  )
  check('no connection is marked as failing', health.length === 0)
}

/** The same time at all three at once, again and again; and what becomes of it. */
async function racing({ world, postgres, all }: Scene, { practice, account }: Connected): Promise<void> {
  const url = postgres.url('booking')
  const starts = (await freeStarts(all[0]?.origin ?? '', practice, 3)).slice(0, RACES)
  let doubles = 0
  const won: string[] = []
  for (const start of starts) {
    const answers = await Promise.all(all.map(({ origin }) => book(origin, practice, start, randomUUID())))
    const ids = answers.flatMap(({ status, id }) => (status === 201 && id !== undefined ? [id] : []))
    if (ids.length !== 1) doubles += 1
    won.push(...ids)
  }
  check(`of three bookings of one time one is taken, ${starts.length} times`, doubles === 0 && starts.length === RACES)
  const rows = async (status: string): Promise<number> =>
    (
      await ask(url, 'SELECT 1 FROM booking WHERE tenant_id = $1 AND event_status::text = $2', [
        practice.tenantId,
        status,
      ])
    ).length
  const written = await until(async () => (await rows('WRITTEN')) >= won.length && (await rows('PENDING')) === 0)
  const entries = world.microsoft.events(account).length
  check(`each has one entry (${entries} of ${won.length})`, written && entries === (await rows('WRITTEN')))
  const kept = await ask(url, 'SELECT 1 FROM booking WHERE id = ANY($1::uuid[])', [won])
  check('none is lost', kept.length === won.length)
}

async function noticing({ all, wrong, token }: Scene, minutes: number): Promise<void> {
  for (const [index, one] of all.entries()) {
    const warned = one.lines.filter(({ event }) => event === 'clock_skewed').map(({ seconds }) => Number(seconds))
    const answer = await fetch(`${one.origin}/metrics`, { headers: { authorization: `Bearer ${token}` } })
    const told = Number(/^booking_clock_skew_seconds (\S+)$/m.exec(await answer.text())?.[1])
    const off = one === wrong ? minutes * 60 : 0
    const right =
      Math.abs(told - off) < 2 && (off === 0 ? warned.length === 0 : warned.some((s) => Math.abs(s - off) < 2))
    check(
      `process ${index + 1}: booking_clock_skew_seconds ${told}, clock_skewed ${warned.join(', ') || 'not said'}`,
      right,
    )
  }
}

async function run(minutes: number): Promise<void> {
  say(`\nthe second of three processes is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'ahead' : 'behind'}`)
  const postgres = await createPostgres()
  await postgres.start()
  const token = randomUUID()
  const env = { TRUST_PROXY_HOPS: '1', METRICS_TOKEN: token }
  const world = await startWorld({ calendars: 'emulated', database: await openMigrated(postgres, 'booking'), env })
  world.microsoft.journal.recording = false
  const all = [await freePort(), await freePort(), await freePort()].map((port) => productionProcess(port, world.env))
  const [right, wrong, third] = all as [ProductionProcess, ProductionProcess, ProductionProcess]
  await right.start()
  await wrong.start(clockAhead(minutes))
  await third.start()
  const scene: Scene = { world, postgres, right, wrong, all, token }
  await noticing(scene, minutes)
  await signing(scene)
  const connected = await connecting(scene)
  const [first, second] = connected
  if (first === undefined) throw new Error('nobody is connected')
  await refreshing(scene, first)
  await racing(scene, first)
  await offering(scene, second ?? first)
  // Whoever's clock is right finds every job done, and none that nobody takes.
  await until(
    async () =>
      (await ask(postgres.url('booking'), 'SELECT 1 FROM graphile_worker._private_jobs WHERE run_at < now()'))
        .length === 0,
  )
  const left = await ask<{ count: number }>(
    postgres.url('booking'),
    'SELECT count(*)::int AS count FROM graphile_worker._private_jobs WHERE locked_at IS NOT NULL OR attempts > 0',
  )
  say(`jobs that failed or are locked: ${left[0]?.count}`)
  say(
    `log of the wrong one: ${eventsOf(wrong.lines, 0)}; of the right ones: ${eventsOf([...right.lines, ...third.lines], 0)}`,
  )
  await Promise.all(all.map((one) => one.end('SIGTERM')))
  await world.close()
  await postgres.stop()
  fs.rmSync(postgres.folder, { recursive: true, force: true })
}

if (!canFakeTime || !hasPostgres()) {
  say('skipped: there is no libfaketime or no PostgreSQL here (apt-get install faketime postgresql)')
  process.exitCode = 2
} else for (const minutes of [MINUTES, -MINUTES]) await run(minutes)
