import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../dev/free-port.ts'
import type { Account } from '../../dev/microsoft-emulator/index.ts'
import type { Practice } from '../support/practice.ts'
import { startWorld } from '../support/world.ts'
import { bookOn, type Readiness, type Tally, watchReadiness } from './failover-load.ts'
import { productionProcess } from './production-process.ts'
import { ask, createPostgres, isInstalled, openMigrated, type RealPostgres, untilAnswered } from './real-postgres.ts'
import { check, say } from './report.ts'
import { type SwitchProxy, startSwitchProxy } from './switch-proxy.ts'
import { connectedPractice } from './visitors.ts'

/**
 * Two processes of the production build book without pause at one address of the database, behind which the primary is killed and
 * its streaming standby promoted, once with synchronous replication, once where the primary's machine is gone without a word, once with
 * asynchronous replication to a standby that is two seconds behind; and once a synchronous standby is away and comes back. Counted are
 * bookings that were answered and are not there, or are there twice, events, failed requests, and the time until it books again.
 *   npm run build && npx tsx server/test/long/standby-failover.ts [crash | vanish | behind | alone …]
 * Exits 1 where one of that is not as the guide says; 2 where PostgreSQL is not installed.
 */
const PRACTICES = 6
/** Bookings that are answered before anything happens. */
const STEADY = 24
const AFTERWARDS_MS = 8_000
/** The address leads to a standby that nobody has promoted yet. */
const READ_ONLY_MS = 4_000
const BEHIND_MS = 2_000
const PATIENCE_MS = 180_000
const EVENTS = /^POST \/v1\.0\/.*events$/

type Kind = 'crash' | 'vanish' | 'behind' | 'alone'
const WORDS: Readonly<Record<Kind, string>> = {
  crash: 'synchronous, the primary is killed',
  vanish: 'synchronous, the machine of the primary is gone without a word',
  behind: 'asynchronous, the standby is two seconds behind and the primary is killed',
  alone: 'synchronous, the standby is away for a while',
}

interface Pair {
  readonly kind: Kind
  readonly primary: RealPostgres
  readonly standby: RealPostgres
  /** Of the processes to the database, and of the standby to the primary. */
  readonly address: SwitchProxy
  readonly stream: SwitchProxy
}

/** The times at which the primary was lost, and at which the standby began to be promoted, or in `alone` was back. */
async function lose({ kind, primary, standby, address, stream }: Pair): Promise<{ lost: number; back: number }> {
  if (kind === 'alone') {
    const lost = Date.now()
    await standby.stop()
    await pause(AFTERWARDS_MS)
    await standby.start()
    return { lost, back: Date.now() }
  }
  if (kind === 'behind') {
    stream.vanish(primary.port)
    await pause(BEHIND_MS)
  }
  const lost = Date.now()
  if (kind === 'vanish') address.vanish(primary.port)
  await primary.kill()
  await pause(1_000)
  address.to(standby.port)
  await pause(READ_ONLY_MS)
  const back = Date.now()
  await standby.promote()
  return { lost, back }
}

async function run(kind: Kind): Promise<void> {
  say(`\n${WORDS[kind]}`)
  const primary = await createPostgres()
  await primary.start()
  const stream = await startSwitchProxy(primary.port)
  const address = await startSwitchProxy(primary.port)
  const url = `postgresql://postgres@127.0.0.1:${address.port}/booking`
  const world = await startWorld({
    calendars: 'emulated',
    database: await openMigrated(primary, 'booking', url),
    env: { TRUST_PROXY_HOPS: '1' },
  })
  world.microsoft.journal.recording = false
  const standby = await primary.standby('standby', stream.port)
  await standby.start()
  if (kind !== 'behind') {
    await ask(primary.url('postgres'), `ALTER SYSTEM SET synchronous_standby_names = 'standby'`)
    await ask(primary.url('postgres'), 'SELECT pg_reload_conf()')
    await untilAnswered(primary.url('postgres'), `SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'`)
  }
  const processes = [await freePort(), await freePort()].map((port) => productionProcess(port, world.env))
  for (const one of processes) await one.start()
  const practices: Practice[] = []
  const accounts: Account[] = []
  for (let index = 0; index < PRACTICES; index += 1) {
    const { practice, account } = await connectedPractice(world, processes[0]?.origin ?? '')
    practices.push(practice)
    accounts.push(account)
  }
  const tally: Tally = { answered: [], failed: new Map(), requests: 0 }
  const seen: Readiness[] = []
  const over = new AbortController()
  const clients = practices.map((practice, index) => bookOn(processes, practice, index, tally, over.signal))
  const watching = watchReadiness(processes, seen, over.signal)
  while (tally.answered.length < STEADY) await pause(50)
  // Events of what is booked from now on wait until the standby has taken over.
  world.microsoft.faults.failNext(EVENTS, { status: 503 }, { times: Number.POSITIVE_INFINITY })
  await pause(2_000)
  const { lost, back } = await lose({ kind, primary, standby, address, stream })
  const until = Date.now() + PATIENCE_MS
  while (Date.now() < until && !tally.answered.some(({ at }) => at > back)) await pause(50)
  world.microsoft.faults.clear()
  await pause(AFTERWARDS_MS)
  over.abort()
  await Promise.all([...clients, watching])

  const now = (kind === 'alone' ? primary : standby).url('booking')
  const first = tally.answered.find(({ at }) => at > back)
  const before = tally.answered.filter(({ at }) => at <= lost)
  const failed = [...tally.failed].map(([status, count]) => `${count} ${status === 0 ? 'without answer' : status}`)
  say(
    `${tally.requests} bookings asked for, ${tally.answered.length} answered, not: ${failed.join(', ') || 'none'}; ` +
      `no booking for ${(((first?.at ?? Number.NaN) - Math.max(...before.map(({ at }) => at))) / 1000).toFixed(1)} s, ` +
      `the next one ${(((first?.at ?? Number.NaN) - back) / 1000).toFixed(1)} s after ${kind === 'alone' ? 'it was back' : 'the promotion'}`,
  )
  check('it books again by itself', first !== undefined)
  for (const [index] of processes.entries()) {
    const of = seen.filter((one) => one.process === index)
    const red = of.find(({ at, ready }) => at > lost && !ready)
    const green = of.find(({ at, ready }) => at > back && ready)
    const told = (at: number | undefined, since: number): string =>
      at === undefined ? 'never' : `${((at - since) / 1000).toFixed(1)} s after`
    say(
      `/readyz of process ${index + 1}: red ${told(red?.at, lost)} the loss, green ${told(green?.at, back)} the end of it`,
    )
    if (kind === 'alone') continue
    // What was asked before the loss may be answered a moment after it.
    const wrong = of.filter(({ at, ready }) => ready && at > lost + 2_000 && at < back)
    check(
      `process ${index + 1} was not ready while nothing could be written`,
      wrong.length === 0 && green !== undefined,
    )
  }
  const settled = Date.now() + PATIENCE_MS
  const waiting = async (): Promise<number> =>
    (await ask(now, `SELECT 1 FROM booking WHERE event_status <> 'WRITTEN'`)).length
  while (Date.now() < settled && (await waiting()) > 0) await pause(200)
  const rows = await ask<{ id: string; created_at: Date }>(now, 'SELECT id, created_at FROM booking')
  const there = new Set(rows.map(({ id }) => id))
  const gone = tally.answered.filter(({ id }) => !there.has(id))
  const twice = tally.answered.length - new Set(tally.answered.map(({ id }) => id)).size
  const pending = await waiting()
  const events = accounts.reduce((sum, account) => sum + world.microsoft.events(account).length, 0)
  const old = rows.filter(({ created_at }) => created_at.getTime() <= lost).length
  say(
    `${rows.length} bookings in the database (${old} from before the loss), ${events} events, ${pending} still to be written`,
  )
  if (kind === 'behind') {
    const times = gone.map(({ at }) => (lost - at) / 1000)
    say(`answered and lost: ${gone.length}, the oldest ${Math.max(0, ...times).toFixed(1)} s before the loss`)
    check(
      'only what was booked while the standby was behind is lost',
      times.every((s) => s > -1 && s < BEHIND_MS / 1000 + 1),
    )
  } else check(`every booking that was answered is there (${gone.length} are not)`, gone.length === 0)
  check(`none is there twice (${twice})`, twice === 0)
  check('the event of each is written, those from before the loss too', pending === 0)
  check('no session has two entries', events <= rows.length + (kind === 'behind' ? gone.length : 0))
  const listening = await ask(now, `SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`)
  // Where nothing tells that the other end is gone, as this proxy does not, the queue is asked once a second all the same.
  if (kind !== 'vanish') check(`both listen for jobs again (${listening.length})`, listening.length >= processes.length)
  const errors = processes.flatMap(({ lines }) => lines.filter(({ level }) => level === 'error'))
  const counted = new Map<string, number>()
  for (const { event, code } of errors)
    counted.set(`${event} ${code ?? ''}`, (counted.get(`${event} ${code ?? ''}`) ?? 0) + 1)
  say(`errors of the log: ${[...counted].map(([what, count]) => `${count} ${what}`).join(', ') || 'none'}`)
  await Promise.all(processes.map((one) => one.end('SIGTERM')))
  await world.close().catch(() => {})
  await Promise.all([address.close(), stream.close(), primary.kill(), standby.kill()])
  for (const { folder } of [primary, standby]) fs.rmSync(folder, { recursive: true, force: true })
}

if (isInstalled()) {
  const wanted = process.argv.slice(2)
  for (const kind of ['crash', 'vanish', 'behind', 'alone'] as const)
    if (wanted.length === 0 || wanted.includes(kind)) await run(kind)
  process.exit()
} else {
  say('skipped: there is no PostgreSQL here (apt-get install postgresql)')
  process.exitCode = 2
}
