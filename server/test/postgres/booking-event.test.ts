import { beforeEach, describe, expect, it } from 'vitest'
import { EVENT_STATUSES, type EventStatus, type EventWord } from '../../src/domain/booking-event.ts'
import { startBookingStore } from '../support/booking-store.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { createConnection, NOW, newBooking, putEvent, queuedJobs, waitingFor } from '../support/rows.ts'
import { until } from '../support/until.ts'

const { test, store, insert } = await startBookingStore()
let practice: Practice
beforeEach(async () => {
  practice = await createPractice(test.database)
})

const booked = async (): Promise<string> => {
  const booking = newBooking(practice)
  expect((await insert(booking)).kind).toBe('booked')
  return booking.id
}
const connect = () => createConnection(test.database, practice.tenantId, 'tokens')

/** What an outbox job may make of an event, by the promises of the calendar's copy. */
const RECORDED: Partial<Record<EventStatus, readonly EventStatus[]>> = {
  PENDING: ['PENDING', 'WRITTEN', 'NOT_WANTED'],
  REMOVING: ['REMOVING', 'REMOVED', 'FAILED'],
}

describe('recording events', () => {
  const pairs = EVENT_STATUSES.flatMap((from) => EVENT_STATUSES.map((to) => [from, to] as const))
  const [legal, others] = [true, false].map((wanted) =>
    pairs.filter(([from, to]) => (RECORDED[from]?.includes(to) ?? false) === wanted),
  )

  it.each(legal ?? [])('records that one which is %s is %s', async (from, to) => {
    const id = await booked()
    await putEvent(test.database, id, { status: from, id: 'before' })
    expect(await store.recordEvent(id, { to, id: 'after' })).toBe(true)
    expect((await store.forReconcile(id))?.event).toMatchObject({ status: to, id: 'after' })
  })

  it.each(others ?? [])(
    'INV-2 INV-3 refuses that one which is %s becomes %s, and changes nothing',
    async (from, to) => {
      const id = await booked()
      await putEvent(test.database, id, { status: from, id: 'before', failure: 'forbidden' })
      const before = await store.forReconcile(id)
      expect(await store.recordEvent(id, { to, id: 'after', failure: 'timeout' })).toBe(false)
      expect(await store.forReconcile(id)).toEqual(before)
    },
  )

  it('keeps what a change does not name, but for the failure', async () => {
    const [id, connectionId] = [await booked(), await connect()]
    const { provider, accountKey } = await test.database.calendarConnection.findUniqueOrThrow({
      where: { id: connectionId },
    })
    const event = { id: 'e', connectionId, joinUrl: 'https://meet.example/1' }
    await store.cancel(practice.tenantId, id, NOW)
    expect(await store.recordEvent(id, { to: 'FAILED', failure: 'forbidden', ...event })).toBe(true)
    expect((await store.forReconcile(id))?.event).toEqual({
      status: 'FAILED',
      failure: 'forbidden',
      mailbox: { provider, accountKey },
      isInvited: false,
      ...event,
    })
    await putEvent(test.database, id, { status: 'REMOVING', id: 'e', failure: 'forbidden' })
    await store.recordEvent(id, { to: 'REMOVED' })
    expect((await store.forReconcile(id))?.event).toMatchObject({ status: 'REMOVED', id: 'e', failure: undefined })
  })

  it('T-34 tells that an event is left alone, and what has become of it, at once', async () => {
    const [id, connectionId] = [await booked(), await connect()]
    await store.recordEvent(id, { to: 'WRITTEN', id: 'e', connectionId, changeKey: 'first' })
    await store.cancel(practice.tenantId, id, NOW)
    const client = await test.pool.connect()
    try {
      await client.query('BEGIN')
      await client.query('SELECT 1 FROM event_version WHERE booking_id = $1 FOR UPDATE', [id])
      const recorded = store.recordEvent(id, { to: 'FAILED', failure: 'conflict', change: 'moved' })
      await until(async () => (await waitingFor(test.pool, client)) === 1)
      expect((await store.byId(practice.tenantId, id))?.event.status).toBe('REMOVING')
      await client.query('ROLLBACK')
      expect(await recorded).toBe(true)
    } finally {
      client.release()
    }
    const bounds = { endsAfter: NOW, cancelledBefore: NOW, limit: 10 }
    expect(await store.unremoved(practice.tenantId, bounds)).toMatchObject([{ booking: { id }, change: 'moved' }])
  })

  it('queues the job again for later, replacing the one that waits', async () => {
    const id = await booked()
    const databaseTime = async (): Promise<Date> =>
      (await test.pool.query('SELECT clock_timestamp() AS now')).rows[0]?.now
    const before = await databaseTime()
    await store.reconcileLater(id, 3_600_250, 0)
    const after = await databaseTime()
    const { rows } = await test.pool.query<{ in_time: boolean }>(
      `SELECT run_at - interval '3600.25 seconds' BETWEEN $2::timestamptz - interval '1 ms' AND $3::timestamptz + interval '1 ms' AS in_time
       FROM graphile_worker._private_jobs WHERE key = $1`,
      [`mirror:${id}`, before, after],
    )
    expect(rows).toEqual([{ in_time: true }])
  })
})

describe('the therapist’s word', () => {
  const actor = 'user:her'
  const sayOf = async (event: Parameters<typeof putEvent>[2], word: EventWord, cancelled: boolean) => {
    const id = await booked()
    if (cancelled) await store.cancel(practice.tenantId, id, NOW)
    await putEvent(test.database, id, event)
    const outcome = await store.sayOfEvent(practice.tenantId, id, word, actor)
    const found = (await store.forReconcile(id))?.event
    return { id, outcome, status: found?.status, failure: found?.failure }
  }

  it.each([
    ['PENDING', false, 'PENDING', 'NOT_WANTED'],
    ['FAILED', false, 'PENDING', 'NOT_WANTED'],
    ['REMOVING', true, 'REMOVING', 'REMOVED'],
    ['FAILED', true, 'REMOVING', 'REMOVED'],
  ] as const)(
    'INV-12 INV-14 moves an event that is %s, cancelled %s, to %s or to %s',
    async (status, cancelled, again, done) => {
      for (const [word, after, action] of [
        ['try_again', again, 'event_tried_again'],
        ['did_it_myself', done, 'event_done_by_therapist'],
      ] as const) {
        practice = await createPractice(test.database)
        const said = await sayOf({ status, failure: 'forbidden' }, word, cancelled)
        expect(said).toMatchObject({ outcome: 'done', status: after, failure: undefined })
        expect((await queuedJobs(test.pool)).includes(`mirror:${said.id}`)).toBe(word === 'try_again')
        const { rows } = await test.pool.query(
          `SELECT action, actor, detail FROM audit_event WHERE subject_id = $1 AND action LIKE 'event_%'`,
          [said.id],
        )
        expect(rows).toEqual([{ action, actor, detail: { from: status, failure: 'forbidden' } }])
      }
    },
  )

  it('changes nothing of an event that is as it should be, nor of another practice’s', async () => {
    const { id, outcome, status } = await sayOf({ status: 'WRITTEN', id: 'e' }, 'did_it_myself', false)
    expect([outcome, status]).toEqual(['nothing_to_do', 'WRITTEN'])
    const stranger = await createPractice(test.database)
    await putEvent(test.database, id, { status: 'FAILED' })
    expect(await store.sayOfEvent(stranger.tenantId, id, 'did_it_myself', actor)).toBeUndefined()
    expect((await store.forReconcile(id))?.event.status).toBe('FAILED')
  })

  it('F-24 has an event looked for that may have been written all the same, when its booking is cancelled', async () => {
    const { id } = await sayOf({ status: 'PENDING', connectionId: await connect() }, 'did_it_myself', false)
    expect((await store.cancel(practice.tenantId, id, NOW))?.event.status).toBe('REMOVING')
  })
})

describe('cancelling', () => {
  it.each([
    ['NOT_WANTED', undefined, 'NOT_WANTED'],
    ['PENDING', undefined, 'REMOVING'],
    ['WRITTEN', 'e', 'REMOVING'],
    ['FAILED', 'e', 'REMOVING'],
    ['FAILED', undefined, 'REMOVED'],
  ] as const)('F-24 leaves an event that is %s with id %s as %s', async (status, eventId, to) => {
    const id = await booked()
    await putEvent(test.database, id, { status, ...(eventId === undefined ? {} : { id: eventId }) })
    await test.pool.query('DELETE FROM graphile_worker._private_jobs')
    expect((await store.cancel(practice.tenantId, id, NOW))?.event.status).toBe(to)
    expect((await queuedJobs(test.pool)).includes(`mirror:${id}`)).toBe(to === 'REMOVING')
  })

  it.each(['NOT_WANTED', 'PENDING', 'FAILED'] as const)(
    'F-24 has an event looked for whose writing was begun and whose outcome is unknown, although it is %s',
    async (status) => {
      const id = await booked()
      await putEvent(test.database, id, { status, connectionId: await connect() })
      expect((await store.cancel(practice.tenantId, id, NOW))?.event.status).toBe('REMOVING')
    },
  )
})
