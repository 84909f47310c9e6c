import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../dev/free-port.ts'
import { productionEnvironment } from '../../dev/production-environment.ts'
import { type Environment, run, startBehindNginx, stop, untilReady } from './behind-nginx.ts'
import { CountedRequests } from './counted-requests.ts'

/**
 * Restarts three processes of the production build one after the other, twice, behind nginx and under load, and counts the
 * requests that failed; then stops one in a PID namespace of its own. Exits 1 when a request failed or a process did not stop.
 * Says so and ends where there is no nginx. Needs DATABASE_URL, and `npm run build` before:
 *   npm run build && npx tsx server/dev/with-database.ts --migrated npx tsx server/test/long/rolling-restart.ts
 */
const ROUNDS = 2
/** One of them books; bookings of one practice wait for each other. */
const CLIENTS = 6
const PAUSE_MS = 50

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const environment = (port: number): Environment => ({
  ...productionEnvironment(port),
  DATABASE_URL: process.env.DATABASE_URL ?? '',
  APP_URL: 'http://127.0.0.1:1',
  DRAIN_SECONDS: '5',
  // The load says of itself from where it comes, and nginx adds its own address.
  TRUST_PROXY_HOPS: '2',
  BOOKINGS_PER_HOUR_AND_PRACTICE: '100000',
})

/** Reads slots, a page, and books, until it is told to stop; how many it booked. */
async function load(
  origin: string,
  starts: string[],
  service: string,
  requests: CountedRequests,
  over: AbortSignal,
): Promise<number> {
  const tenant = `${origin}/api/v1/tenants/rolling`
  let booked = 0
  const ask = async (url: string, wanted: number, init?: RequestInit): Promise<void> => {
    // A failure is counted, and the load goes on.
    await requests.ask(url, wanted, init).catch(() => {})
    await pause(PAUSE_MS)
  }
  while (!over.aborted) {
    const start = starts.pop()
    const day = (start ?? new Date(Date.now() + 7 * 86_400_000).toISOString()).slice(0, 10)
    await ask(`${tenant}/slots?service=${service}&from=${day}&to=${day}`, 200)
    await ask(`${origin}/book/rolling`, 200)
    if (start === undefined) continue
    const client = { name: 'A client', email: `${randomUUID()}@client.example` }
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
    await ask(`${tenant}/bookings`, 201, { method: 'POST', headers, body: JSON.stringify({ service, start, client }) })
    booked += 1
  }
  return booked
}

/** Every second slot of the coming two months: none of them overlaps another. */
async function startsOf(origin: string): Promise<{ readonly service: string; readonly starts: string[] }> {
  const tenant = `${origin}/api/v1/tenants/rolling`
  const { services }: { services: { id: string }[] } = await (await fetch(`${tenant}/services`)).json()
  const service = services[0]?.id ?? ''
  const starts: string[] = []
  for (const week of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const [from, to] = [week * 7, week * 7 + 6].map((days) =>
      new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
    )
    const answer = await fetch(`${tenant}/slots?service=${service}&from=${from}&to=${to}`)
    const { slots }: { slots: { start: string }[] } = await answer.json()
    starts.push(...slots.map(({ start }) => start).filter((start) => start.endsWith(':00:00.000Z')))
  }
  return { service, starts: starts.reverse() }
}

async function rolling(): Promise<boolean> {
  const owner = [
    '--slug',
    'rolling',
    '--name',
    'Rolling',
    '--time-zone',
    'Europe/Berlin',
    '--email',
    'a@rolling.example',
  ]
  const created = spawnSync(process.execPath, ['dist/cli/admin.js', 'create-tenant', ...owner], {
    env: { PATH: process.env.PATH, ...environment(0), ADMIN_PASSWORD: randomUUID() },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (created.status !== 0) throw new Error('the practice could not be made')
  const front = await freePort()
  const env = environment(0)
  const processes = await startBehindNginx(front, env)
  const origin = `http://127.0.0.1:${front}`
  const { service, starts } = await startsOf(origin)
  const requests = new CountedRequests()
  const over = new AbortController()
  const clients = Array.from({ length: CLIENTS }, (_, index) =>
    load(origin, index === 0 ? starts : [], service, requests, over.signal),
  )
  const begun = Date.now()
  for (let round = 0; round < ROUNDS; round += 1) await processes.restart(env)
  over.abort()
  const booked = (await Promise.all(clients)).reduce((sum, count) => sum + count, 0)
  const { stops, folder } = processes
  say(`${stops.length} restarts in ${Math.round((Date.now() - begun) / 1000)} s, stops of ${stops.join(', ')} ms`)
  say(
    `${requests.count} requests, ${booked} bookings, ${requests.failures.length} failed; ` +
      `p50 ${requests.quantile(0.5)} ms, p99 ${requests.quantile(0.99)} ms`,
  )
  for (const { request, answer } of requests.failures) say(`failed: ${request} ${answer}`)
  await processes.close()
  if (requests.failures.length > 0) say(`the logs are in ${folder}`)
  else fs.rmSync(folder, { recursive: true })
  return requests.failures.length === 0
}

/** As in a container whose first process is ours: signals have no default there. */
async function inNamespace(): Promise<void> {
  const port = await freePort()
  const log = path.join(os.tmpdir(), `booking-namespace-${process.pid}.log`)
  const outer = run('unshare', ['-pf', process.execPath, 'dist/main.js'], environment(port), log)
  await untilReady(port, outer)
  const children = fs.readFileSync(`/proc/${outer.child.pid}/task/${outer.child.pid}/children`, 'utf8').trim()
  say(`in a PID namespace of its own it stopped after ${await stop(outer, Number(children))} ms`)
  fs.rmSync(log)
}

if (spawnSync('nginx', ['-v']).error !== undefined) {
  say('skipped: there is no nginx here (apt-get install nginx-light)')
} else {
  process.exitCode = (await rolling()) ? 0 : 1
  if (spawnSync('unshare', ['-pf', 'true']).status === 0) await inNamespace()
  else say('skipped: this user may make no PID namespace')
}
