import { spawn, spawnSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../dev/free-port.ts'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { openBenchDatabase } from '../bench/system/database.ts'
import { connectedPractice } from '../bench/system/scene.ts'
import { startProduct } from '../bench/system/server-process.ts'
import { startWorld } from '../support/world.ts'

/**
 * The production build behind PgBouncer in session mode, with PgBouncer's own defaults otherwise: a practice connects Outlook, a
 * client books, the event is written, the token keys are rotated, time limits hold, and the process stops. Exits 1 where one of
 * that fails. Says so and ends where there is no pgbouncer. Expects `npm run build` to have run:
 *   npm run build && npx tsx server/test/long/pgbouncer.ts
 */
const PATIENCE_MS = 60_000

const say = (line: string): void => void process.stdout.write(`${line}\n`)

function check(what: string, holds: boolean): void {
  say(`${holds ? 'ok' : 'FAILED'}: ${what}`)
  if (!holds) process.exitCode = 1
}

/** In front of the database at `url`; its address. */
async function startPgBouncer(url: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'booking-pgbouncer-'))
  fs.chmodSync(folder, 0o755)
  const { hostname, port, username, password, pathname } = new URL(url)
  const name = pathname.slice(1)
  const own = await freePort()
  const login = `user=${decodeURIComponent(username)}${password === '' ? '' : ` password=${decodeURIComponent(password)}`}`
  const file = path.join(folder, 'pgbouncer.ini')
  fs.writeFileSync(
    file,
    `[databases]
${name} = host=${hostname} port=${port} dbname=${name} ${login}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
pool_mode = session
default_pool_size = 60
`,
  )
  // It refuses to run as root.
  const child = spawn('pgbouncer', ['-q', '-u', 'nobody', file], { stdio: ['ignore', 'ignore', 'inherit'] })
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String(own)
  return {
    url: through.toString(),
    stop: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function until(holds: () => Promise<boolean>): Promise<boolean> {
  const end = Date.now() + PATIENCE_MS
  while (Date.now() < end) {
    if (await holds().catch(() => false)) return true
    await pause(20)
  }
  return false
}

async function proveAll(): Promise<void> {
  const world = await startWorld({ calendars: 'emulated', database: await openBenchDatabase() })
  const bouncer = await startPgBouncer(world.database.url)
  const through = openDatabase(bouncer.url, world.database.ring)
  try {
    if (!(await until(async () => (await through.pool.query('SELECT 1')).rowCount === 1)))
      throw new Error('pgbouncer did not answer')
    const env = { ...world.env, DATABASE_URL: bouncer.url, DRAIN_SECONDS: '0' }
    const product = await startProduct(env)
    const practice = await connectedPractice(world, product, 10)
    check('the production build starts, a therapist signs in and connects Outlook', true)
    const listens = await world.database.pool.query(`SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`)
    check('the queue listens', listens.rowCount === 1)

    const tenant = `${product.origin}/api/v1/tenants/${practice.slug}`
    const day = (after: number): string => new Date(Date.now() + after * 86_400_000).toISOString().slice(0, 10)
    const found = await fetch(`${tenant}/slots?service=${practice.serviceId}&from=${day(30)}&to=${day(36)}`)
    const { slots }: { slots: { start: string }[] } = await found.json()
    const booked = await fetch(`${tenant}/bookings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify({
        service: practice.serviceId,
        start: slots[0]?.start,
        client: { name: 'A client', email: 'a@client.example' },
      }),
    })
    check(`a client books (${booked.status})`, booked.status === 201)
    const begun = performance.now()
    const isWritten = async (): Promise<boolean> =>
      (await world.database.pool.query(`SELECT 1 FROM booking WHERE event_status = 'WRITTEN'`)).rowCount === 1
    check('its event is written', await until(isWritten))
    say(`    ${Math.round(performance.now() - begun)} ms after the answer`)

    const keys = `next:${randomBytes(32).toString('base64')},${world.env.TOKEN_ENCRYPTION_KEYS}`
    const rotated = spawnSync(process.execPath, ['dist/cli/admin.js', 'rotate-token-keys'], {
      env: { PATH: process.env.PATH ?? '', ...env, TOKEN_ENCRYPTION_KEYS: keys },
      encoding: 'utf8',
    })
    check(`token keys are rotated (${rotated.stdout.trim().split('\n').at(-1)})`, rotated.status === 0)

    const slept = performance.now()
    const code = await through.pool.query('SELECT pg_sleep(60)').then(
      () => 'none',
      (error: { code?: string }) => error.code,
    )
    check(`a statement is ended after ten seconds (${code})`, code === '57014' && performance.now() - slept < 20_000)
    await product.stop()
    const left = await until(async () => {
      const locked = await world.database.pool.query('SELECT 1 FROM graphile_worker.jobs WHERE locked_at IS NOT NULL')
      return locked.rowCount === 0
    })
    check('it stops, and leaves no job locked', left)
  } finally {
    await through.close()
    await bouncer.stop()
    await world.close()
  }
}

if (spawnSync('pgbouncer', ['--version']).error === undefined) await proveAll()
else say('skipped: there is no pgbouncer here (apt-get install pgbouncer)')
