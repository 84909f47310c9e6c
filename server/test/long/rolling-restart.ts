import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../dev/free-port.ts'
import { productionEnvironment } from '../../dev/production-environment.ts'

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
const PATIENCE_MS = 120_000
const LONGEST_STOP_MS = 25_000

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'booking-rolling-'))
const say = (line: string): void => void process.stdout.write(`${line}\n`)

interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
}

const environment = (port: number): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  ...productionEnvironment(port),
  DATABASE_URL: process.env.DATABASE_URL,
  APP_URL: 'http://127.0.0.1:1',
  DRAIN_SECONDS: '5',
  // The load says of itself from where it comes, and nginx adds its own address.
  TRUST_PROXY_HOPS: '2',
  BOOKINGS_PER_HOUR_AND_PRACTICE: '100000',
})

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Running {
  const log = fs.openSync(path.join(folder, 'app.log'), 'a')
  const child = spawn(command, args, { env, stdio: ['ignore', log, 'inherit'] })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return { child, ended }
}

async function untilReady(port: number): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (answer?.status === 200) return
    if (Date.now() > until) throw new Error('a process was not ready in time')
    await pause(100)
  }
}

const configuration = (port: number, upstream: readonly number[]): string => `
daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; worker_processes 1;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  upstream app { ${upstream.map((one) => `server 127.0.0.1:${one};`).join(' ')} keepalive 16; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}`

interface Tally {
  readonly milliseconds: number[]
  readonly failures: string[]
  booked: number
}

const byte = (): number => Math.floor(Math.random() * 256)

/** Reads slots, a page, and books, until it is told to stop. */
async function load(origin: string, starts: string[], service: string, tally: Tally, stop: AbortSignal): Promise<void> {
  const tenant = `${origin}/api/v1/tenants/rolling`
  const ask = async (url: string, wanted: number, init: RequestInit = {}): Promise<void> => {
    const begun = performance.now()
    const headers = { ...init.headers, 'x-forwarded-for': `198.51.${byte()}.${byte()}` }
    const status = await fetch(url, { ...init, headers }).then(
      async (answer) => {
        await answer.arrayBuffer()
        return answer.status
      },
      (error: unknown) => String(error),
    )
    tally.milliseconds.push(performance.now() - begun)
    if (status !== wanted) tally.failures.push(`${init.method ?? 'GET'} ${new URL(url).pathname} ${status}`)
    await pause(PAUSE_MS)
  }
  while (!stop.aborted) {
    const start = starts.pop()
    const day = (start ?? new Date(Date.now() + 7 * 86_400_000).toISOString()).slice(0, 10)
    await ask(`${tenant}/slots?service=${service}&from=${day}&to=${day}`, 200)
    await ask(`${origin}/book/rolling`, 200)
    if (start === undefined) continue
    const client = { name: 'A client', email: `${randomUUID()}@client.example` }
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
    await ask(`${tenant}/bookings`, 201, { method: 'POST', headers, body: JSON.stringify({ service, start, client }) })
    tally.booked += 1
  }
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

async function stop({ child, ended }: Running, pid = child.pid): Promise<number> {
  const begun = Date.now()
  process.kill(pid ?? 0, 'SIGTERM')
  const code = await ended
  const ms = Date.now() - begun
  if (code !== 0 || ms > LONGEST_STOP_MS) throw new Error(`a process ended with ${code} after ${ms} ms`)
  return ms
}

async function rolling(): Promise<boolean> {
  const ports = [await freePort(), await freePort(), await freePort()]
  const front = await freePort()
  const start = (port: number): Running => run(process.execPath, ['dist/main.js'], environment(port))
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
    env: { ...environment(0), ADMIN_PASSWORD: randomUUID() },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (created.status !== 0) throw new Error('the practice could not be made')
  const running = ports.map(start)
  await Promise.all(ports.map(untilReady))
  fs.writeFileSync(path.join(folder, 'nginx.conf'), configuration(front, ports))
  const nginx = run('nginx', ['-c', path.join(folder, 'nginx.conf')], { PATH: process.env.PATH })
  await untilReady(front)
  const origin = `http://127.0.0.1:${front}`
  const { service, starts } = await startsOf(origin)
  const tally: Tally = { milliseconds: [], failures: [], booked: 0 }
  const over = new AbortController()
  const clients = Array.from({ length: CLIENTS }, (_, index) =>
    load(origin, index === 0 ? starts : [], service, tally, over.signal),
  )
  const stops: number[] = []
  const begun = Date.now()
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [index, port] of ports.entries()) {
      const one = running[index]
      if (one !== undefined) stops.push(await stop(one))
      running[index] = start(port)
      await untilReady(port)
    }
  over.abort()
  await Promise.all(clients)
  const sorted = tally.milliseconds.sort((a, b) => a - b)
  const at = (share: number): number => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0)
  say(`${stops.length} restarts in ${Math.round((Date.now() - begun) / 1000)} s, stops of ${stops.join(', ')} ms`)
  say(
    `${sorted.length} requests, ${tally.booked} bookings, ${tally.failures.length} failed; p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
  )
  for (const failure of tally.failures) say(`failed: ${failure}`)
  nginx.child.kill('SIGTERM')
  await Promise.all(running.map((one) => stop(one)))
  return tally.failures.length === 0
}

/** As in a container whose first process is ours: signals have no default there. */
async function inNamespace(): Promise<void> {
  const port = await freePort()
  const outer = run('unshare', ['-pf', process.execPath, 'dist/main.js'], environment(port))
  await untilReady(port)
  const children = fs.readFileSync(`/proc/${outer.child.pid}/task/${outer.child.pid}/children`, 'utf8').trim()
  say(`in a PID namespace of its own it stopped after ${await stop(outer, Number(children))} ms`)
}

if (spawnSync('nginx', ['-v']).error !== undefined) {
  say('skipped: there is no nginx here (apt-get install nginx-light)')
} else {
  process.exitCode = (await rolling()) ? 0 : 1
  if (spawnSync('unshare', ['-pf', 'true']).status === 0) await inNamespace()
  else say('skipped: this user may make no PID namespace')
  if (process.exitCode === 0) fs.rmSync(folder, { recursive: true })
  else say(`the logs are in ${folder}`)
}
