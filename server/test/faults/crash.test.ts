import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Account } from '../../dev/microsoft-emulator/index.ts'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { changeBesideWorker } from '../support/beside-worker.ts'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { bookingsOf, makeDue } from '../support/evidence.ts'
import type { Practice } from '../support/practice.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

const POST_EVENT = /^POST \/v1\.0\/.*events$/
const READ = /^(POST \/v1\.0\/\$batch|GET \/v1\.0\/.*calendarView)/i

let world: EmulatedWorld
let practice: Practice
let account: Account
let start: string
let day = 7
beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated', env: { LOG_LEVEL: 'info' } })
  practice = await world.practice()
  account = world.microsoft.addAccount({ kind: 'work', address: 'crash@praxis.example' })
  const app = await world.start()
  const therapist = await app.signIn(practice)
  await therapist.connectMicrosoft(world.microsoft, account)
  await app.close()
})
afterAll(() => world.close())
beforeEach(() => {
  // A working day of its own for each test.
  do day += 1
  while ([0, 6].includes(new Date(Date.now() + day * 86_400_000).getUTCDay()))
  start = `${new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10)}T11:00:00Z`
  world.microsoft.journal.clear()
})
afterEach(() => world.microsoft.faults.clear())

const rows = async () =>
  (await bookingsOf(world.database, practice)).filter(({ starts_at }) => starts_at.getTime() === Date.parse(start))
const events = () => world.microsoft.events(account).filter((event) => event.start === Date.parse(start))
const posts = () => world.microsoft.journal.matching(POST_EVENT)

const book = async ({ origin }: Pick<Instance, 'origin'>, key: string = randomUUID()) => {
  const answer = await fetch(`${origin}/api/v1/tenants/${practice.slug}/bookings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({
      service: practice.serviceId,
      start,
      client: { name: 'A client', email: `${key}@client.example` },
    }),
  })
  return { status: answer.status, body: (await answer.json()) as { id?: string; manageUrl?: string } }
}

const kill = async (child: Awaited<ReturnType<EmulatedWorld['spawn']>>) => {
  child.process.kill('SIGKILL')
  expect(await child.ended).toBe('SIGKILL')
}

/** Two minutes later a crashed process's job counts as abandoned, and whoever is there looks for such. */
const later = async () => {
  const store = createBookingStore(world.database.database)
  await store.requeue()
  const { rows: early } = await world.database.pool.query(
    `SELECT 1 FROM graphile_worker.jobs WHERE key LIKE 'mirror:%' AND locked_at IS NULL`,
  )
  expect(early).toEqual([])
  await changeBesideWorker(
    world.database.pool,
    `UPDATE graphile_worker._private_jobs SET locked_at = locked_at - interval '121 seconds' WHERE locked_at IS NOT NULL`,
  )
  await world.database.pool.query(`SELECT graphile_worker.add_job('requeue_outbox')`)
}

const settled = (status = 'WRITTEN') =>
  until(async () => (await rows()).find(({ event_status }) => event_status === status))

describe('a process that is killed', () => {
  it('F-01 F-02 F-03 before the commit it leaves nothing; after it, a booking whose event is written once', async () => {
    const child = await world.spawn()
    const reading = world.microsoft.faults.failNext(READ, { kind: 'hang' })
    const lost = book(child).catch(() => 'no answer')
    await reading.struck
    expect(await rows()).toEqual([])
    expect(posts()).toEqual([])
    start = start.replace('T11', 'T13')

    const key = randomUUID()
    const writing = world.microsoft.faults.failNext(POST_EVENT, { kind: 'hang', applied: false })
    const first = await book(child, key)
    expect(first.status).toBe(201)
    await writing.struck
    await kill(child)
    await lost
    expect(events()).toEqual([])
    expect(await rows()).toMatchObject([{ status: 'CONFIRMED', event_status: 'PENDING', event_id: null }])

    const next = await world.start()
    expect(await book(next, key)).toEqual(first)
    expect((await book(next)).status).toBe(409)
    await later()
    await settled()
    await next.close()
    expect(events()).toHaveLength(1)
    expect(posts()).toHaveLength(2)
    expect(await rows()).toMatchObject([{ id: first.body.id }])
  })

  it('F-04 F-05 INV-3 after Outlook made the event, before its id was stored: the next finds it, and makes no other', async () => {
    const child = await world.spawn()
    const writing = world.microsoft.faults.failNext(POST_EVENT, { kind: 'hang', applied: true })
    const first = await book(child)
    expect(first.status).toBe(201)
    await writing.struck
    await until(() => events().length === 1)
    await kill(child)
    expect(await rows()).toMatchObject([{ event_status: 'PENDING', event_id: null }])

    const [one, two] = [await world.start(), await world.start()]
    await later()
    const row = await settled()
    await Promise.all([one.close(), two.close()])
    const [event, ...others] = events()
    expect(others).toEqual([])
    expect(event === undefined ? undefined : world.microsoft.event(account, row.event_id)).toBe(event)
  })

  it('F-24 cancelled after such a crash, the event whose id nobody knows leaves the calendar', async () => {
    const child = await world.spawn()
    const writing = world.microsoft.faults.failNext(POST_EVENT, { kind: 'hang', applied: true })
    const first = await book(child)
    await writing.struck
    await until(() => events().length === 1)
    await kill(child)
    const cancelled = await createBookingStore(world.database.database).cancel(
      practice.tenantId,
      String(first.body.id),
      new Date(),
    )
    expect(cancelled?.event).toMatchObject({ status: 'REMOVING', id: undefined })

    const next = await world.start()
    // It goes at once; that nothing more comes of the crashed write is known only after the longest life of a request.
    await until(() => events().length === 0)
    await until(async () => {
      await makeDue(world.database)
      return (await rows()).some(({ event_status }) => event_status === 'REMOVED')
    })
    await next.close()
    expect(events()).toEqual([])
  })
})

describe('F-08 a process that is asked to end', () => {
  it('answers what it began, finishes its job, takes no more and exits 0', async () => {
    const child = await world.spawn()
    const writing = world.microsoft.faults.hold(POST_EVENT)
    expect((await book(child)).status).toBe(201)
    await writing.struck
    const [booked] = await rows()
    start = start.replace('T11', 'T13')
    const reading = world.microsoft.faults.hold(READ)
    const answer = book(child)
    await reading.struck
    child.process.kill('SIGTERM')
    await until(() =>
      fetch(`${child.origin}/healthz`).then(
        () => false,
        () => true,
      ),
    )
    reading.release()
    writing.release()
    expect((await answer).status).toBe(201)
    expect(await child.ended).toBe(0)
    expect(await rows()).toHaveLength(1)
    const { rows: first } = await world.database.pool.query('SELECT event_status FROM booking WHERE id = $1', [
      booked?.id,
    ])
    expect(first).toEqual([{ event_status: 'WRITTEN' }])
    // The second booking's job waits, free for whoever comes next, or was done on the way out.
    const { rows: locked } = await world.database.pool.query(
      'SELECT 1 FROM graphile_worker.jobs WHERE key IS NOT NULL AND locked_at IS NOT NULL',
    )
    expect(locked).toEqual([])
  })

  it('is not ready from then on, and goes on serving for as long as it was told', async () => {
    const child = await world.spawn({ DRAIN_SECONDS: '15' })
    expect((await fetch(`${child.origin}/readyz`)).status).toBe(200)
    child.process.kill('SIGTERM')
    await until(async () => (await fetch(`${child.origin}/readyz`)).status === 503)
    const page = await fetch(`${child.origin}/sign-in`)
    expect([page.status, page.headers.get('connection')]).toEqual([200, 'close'])
    // Whoever cannot wait asks again.
    child.process.kill('SIGTERM')
    expect(await child.ended).toBe('SIGTERM')
  })
})
