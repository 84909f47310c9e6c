import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach } from 'vitest'
import type { Account } from '../../dev/microsoft-emulator/index.ts'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { makeMaintenanceDue } from '../support/evidence.ts'
import type { Practice } from '../support/practice.ts'
import type { Therapist } from '../support/therapist.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

/** Requests to either provider's token endpoint so far. */
export const tokenRequests = ({ microsoft, google }: EmulatedWorld): number =>
  microsoft.journal.of('token').length + google.journal.filter(({ path }) => path === '/token').length

/** The database refuses every such write of connections meanwhile, with this SQLSTATE. */
export async function refusingConnections<T>(
  { database: { pool } }: EmulatedWorld,
  write: 'INSERT' | 'UPDATE',
  sqlState: string,
  work: () => Promise<T>,
): Promise<T> {
  await pool.query(
    `CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken' USING ERRCODE = '${sqlState}'; END $$`,
  )
  try {
    await pool.query(`CREATE TRIGGER broken BEFORE ${write} ON calendar_connection EXECUTE FUNCTION broken()`)
    return await work()
  } finally {
    await pool.query('DROP FUNCTION broken CASCADE')
  }
}

/** Everything that is stored about connections, started and finished ones, as text; not when it is their turn to be maintained. */
export async function calendarRows({ database }: EmulatedWorld): Promise<string> {
  const { rows } = await database.pool.query(`
    SELECT (to_jsonb(t) - 'maintain_at')::text AS row FROM calendar_connection t UNION ALL
    SELECT row_to_json(t)::text FROM connected_calendar t UNION ALL
    SELECT row_to_json(t)::text FROM calendar_detail t UNION ALL
    SELECT row_to_json(t)::text FROM oauth_attempt t UNION ALL
    SELECT calendar_provider::text FROM tenant ORDER BY 1`)
  return JSON.stringify(rows)
}

export async function connections({ database }: EmulatedWorld, tenantId: string, status = 'ACTIVE') {
  const { rows } = await database.pool.query<{
    id: string
    account_key: string
    access: string
    token_version: number
  }>('SELECT * FROM calendar_connection WHERE tenant_id = $1 AND status = $2::"ConnectionStatus"', [tenantId, status])
  return rows
}

/** The application of a test file, with both emulators; each test starts without faults and with all limits unused. */
export async function startApp() {
  const world = await startWorld({ calendars: 'emulated' })
  const app = await world.start()
  beforeEach(async () => {
    await forgetLimits(world)
    world.microsoft.faults.clear()
  })
  afterAll(() => world.close())
  return { world, app }
}

let accounts = 0
export const newAccount = (
  { microsoft }: EmulatedWorld,
  more: Partial<Parameters<typeof microsoft.addAccount>[0]> = {},
): Account => microsoft.addAccount({ kind: 'work', address: `person-${++accounts}@contoso.example`, ...more })

/** A new practice's owner, signed in, and her Microsoft account. */
export async function therapistWithAccount(
  world: EmulatedWorld,
  instance: Instance,
): Promise<{ readonly therapist: Therapist; readonly account: Account }> {
  return { therapist: await instance.signIn(await world.practice()), account: newAccount(world) }
}

/** The counters are shared by everything that comes from one address; tests of other things start from none. */
export const forgetLimits = async ({ database }: EmulatedWorld): Promise<void> => {
  await database.pool.query('DELETE FROM rate_limit')
}

export const outcomeOf = (location: string | undefined): string | null =>
  new URL(location ?? '', 'http://127.0.0.1').searchParams.get('outcome')

/** The address with one parameter of its query replaced, or taken away. */
export function withParameter(url: string | URL, name: string, value: string | undefined): string {
  const changed = new URL(url)
  if (value === undefined) changed.searchParams.delete(name)
  else changed.searchParams.set(name, value)
  return changed.href
}

export const stateOf = (url: string | URL): string => new URL(url).searchParams.get('state') ?? ''

const DAY_MS = 86_400_000

/** The practice's free hours in the second week from now. */
export async function slots(
  world: EmulatedWorld,
  { origin }: Pick<Instance, 'origin'>,
  { slug, serviceId }: Practice,
): Promise<{ readonly status: number; readonly starts: readonly string[] }> {
  const [from, to] = [7, 13].map((days) =>
    new Date(world.clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10),
  )
  const answer = await fetch(`${origin}/api/v1/tenants/${slug}/slots?service=${serviceId}&from=${from}&to=${to}`)
  const body: { slots?: { start: string }[] } = await answer.json()
  return { status: answer.status, starts: (body.slots ?? []).map(({ start }) => start) }
}

/** Books one of the hours that `slots` gave. */
export async function book(
  { origin }: Pick<Instance, 'origin'>,
  { slug, serviceId }: Practice,
  start: string,
  client = { name: 'A client', email: `${randomUUID()}@client.example` },
): Promise<{ readonly status: number; readonly id: string; readonly manageUrl: string }> {
  const answer = await fetch(`${origin}/api/v1/tenants/${slug}/bookings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ service: serviceId, start, client }),
  })
  return { status: answer.status, ...(await answer.json()) }
}

/** Runs a job now, on whichever application's worker takes it, and waits until it is over. */
export async function runJob({ database }: EmulatedWorld, task: string): Promise<void> {
  const { pool } = database
  if (task === 'maintain_connections') await makeMaintenanceDue(database)
  const { rows } = await pool.query<{ id: string }>('SELECT id::text FROM graphile_worker.add_job($1)', [task])
  await until(async () => {
    const left = await pool.query('SELECT 1 FROM graphile_worker.jobs WHERE id = $1', [rows[0]?.id])
    return left.rowCount === 0
  })
}
