import { beforeEach, describe, expect, it } from 'vitest'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { startAdmin } from '../support/admin.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { createConnection, NOW, newBooking, queuedJobs } from '../support/rows.ts'

const { test, admin } = await startAdmin()
let practice: Practice
let bookingId: string
beforeEach(async () => {
  await test.pool.query(
    'SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker.jobs HAVING count(*) > 0',
  )
  practice = await createPractice(test.database)
  await createConnection(test.database, practice.tenantId, '{}')
  const booking = newBooking(practice)
  bookingId = booking.id
  await createBookingStore(test.database).insert(booking, NOW, () => true)
})

interface Job {
  readonly id: string
  readonly state: string
}
const jobs = async (...more: readonly string[]) => (await admin('queue', 'list', ...more, '--json')).data as Job[]
const job = async (): Promise<Job> => (await jobs())[0] ?? { id: '', state: 'none' }
/** As a job that has failed so often that nothing tries it again. */
const fail = async (id: string) =>
  test.pool.query('SELECT graphile_worker.permanently_fail_jobs(ARRAY[$1::bigint], $2)', [
    id,
    'StoreError: row of ada@practice.example',
  ])
const audited = async (action: string) =>
  test.database.auditEvent.findMany({ where: { action }, select: { tenantId: true, subjectId: true, detail: true } })

describe('the queue, as an operator sees it', () => {
  it('lists jobs with what they are about and the class of their error, and no word of it', async () => {
    const { id } = await job()
    await fail(id)
    await test.pool.query(`SELECT graphile_worker.add_job('purge', run_at => now() + interval '1 hour')`)
    expect(await jobs()).toMatchObject([
      { id, state: 'failed', task: 'reconcile_event', subject: bookingId, lastError: 'StoreError', attempts: 25 },
      { state: 'waiting', task: 'purge' },
    ])
    expect(await jobs('--failed', '--tenant', practice.slug)).toHaveLength(1)
    expect(await jobs('--tenant', (await createPractice(test.database)).slug)).toEqual([])
    const { said } = await admin('queue', 'list')
    expect(said).toContain('StoreError')
    expect(said).not.toContain('ada@')
  })

  it('retries a job that has failed for good, with all its tries', async () => {
    const { id } = await job()
    await fail(id)
    expect((await admin('queue', 'retry', 'failed', '--json')).data).toEqual({ retried: [id] })
    expect(await job()).toMatchObject({ id, state: 'due', attempts: 0 })
    const detail = { task: 'reconcile_event' }
    expect(await audited('job_retried')).toEqual([{ tenantId: practice.tenantId, subjectId: id, detail }])
  })

  it('drops a job and loses no event: the outbox queues what is owed again', async () => {
    const { id } = await job()
    const { said } = await admin('queue', 'drop', id)
    expect(said).toContain('queued again within two minutes')
    expect(await queuedJobs(test.pool)).toEqual([])
    expect(await audited('job_dropped')).toMatchObject([{ tenantId: practice.tenantId, subjectId: id }])
    await createBookingStore(test.database).requeue(practice.tenantId)
    expect(await queuedJobs(test.pool)).toEqual([`mirror:${bookingId}`])
  })

  it('leaves a job alone that is running', async () => {
    const { id } = await job()
    await test.pool.query(`UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'w' WHERE id = $1`, [
      id,
    ])
    for (const action of ['retry', 'drop'])
      expect(await admin('queue', action, id)).toMatchObject({ code: 1, warned: expect.stringContaining('is running') })
    expect(await queuedJobs(test.pool)).toHaveLength(1)
    await test.pool.query(`SELECT graphile_worker.force_unlock_workers(ARRAY['w'])`)
  })

  it.each([
    [['queue', 'retry', '99999999'], 'there is no job 99999999'],
    [['queue', 'drop', 'mirror:1'], 'a job is its number'],
    [['queue', 'list', '--tenant', 'nobody'], 'there is no practice "nobody"'],
  ])('refuses %j', async (args, words) => {
    const { code, warned } = await admin(...args)
    expect([code, warned.includes(words)]).toEqual([1, true])
  })
})

describe('connections, as an operator sees them', () => {
  it('are read when she asks, and say what was found, never whose account it is', async () => {
    const { slug } = practice
    const before = (await admin('connections', 'list', '--json')).data as { tenant: string }[]
    expect(before.find(({ tenant }) => tenant === slug)).toMatchObject({ provider: 'MICROSOFT', access: 'bookings' })
    const { data } = await admin('connections', 'check', slug, '--json')
    expect(data).toMatchObject([{ tenant: slug, health: 'our_fault' }])
    expect((await admin('connections', 'list')).said).not.toContain('account-')
    const empty = await createPractice(test.database)
    expect((await admin('connections', 'check', empty.slug)).warned).toContain('has no calendar connected')
    expect((await admin('connections', 'check', 'nobody')).warned).toContain('there is no practice "nobody"')
  })
})
