import { describe, expect, it } from 'vitest'
import { createUserStore } from '../../src/adapters/postgres/accounts/user-store.ts'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { startAdmin } from '../support/admin.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { auditOf, createConnection, minutesAfter, NOW, newBooking, putEvent, queuedJobs } from '../support/rows.ts'
import { until } from '../support/until.ts'

const { test, admin } = await startAdmin({ clock: { now: () => NOW } })

const [UNDER_WAY, TO_COME] = [-10, 3000]
const bookings = () => createBookingStore(test.database)
const tryToBook = (practice: Practice, minutes: number) =>
  bookings().insert(
    newBooking(practice, { startsAt: minutesAfter(NOW, minutes), clientName: 'Mo Moser' }),
    minutesAfter(NOW, -99_999),
    () => true,
  )
async function book(practice: Practice, minutes: number): Promise<string> {
  const made = await tryToBook(practice, minutes)
  if (made.kind !== 'booked') throw new Error(made.kind)
  return made.booking.id
}
const statusOf = async (id: string) => {
  const { status, eventStatus } = await test.database.booking.findUniqueOrThrow({ where: { id } })
  return [status, eventStatus]
}

describe('a practice that closes', () => {
  it('takes no booking from then on, keeps its users, and opens again', async () => {
    const practice = await createPractice(test.database)
    const { slug, tenantId } = practice
    const made = newBooking(practice, { startsAt: minutesAfter(NOW, 9000) })
    await bookings().insert(made, NOW, () => true)
    const closed = await admin('tenants', 'close', slug, '--keep-sessions', '--json')
    expect(closed.data).toMatchObject({ state: 'closed', cancelled: 0, standing: 1 })
    expect((await tryToBook(practice, TO_COME)).kind).toBe('closed')
    // Sent twice, it was booked before.
    expect((await bookings().insert(made, NOW, () => true)).kind).toBe('booked')
    expect(await createUserStore(test.database).byEmail(practice.email)).toBeDefined()
    expect((await admin('tenants', 'close', slug, '--keep-sessions')).said).toContain('It was closed already.')
    expect((await admin('tenants', 'show', slug)).said).toMatch(/^state +closed$/m)
    expect((await admin('tenants', 'reopen', slug)).code).toBe(0)
    expect((await admin('tenants', 'reopen', slug)).said).toBe('It is so already.')
    expect((await tryToBook(practice, TO_COME)).kind).toBe('booked')
    const audit = await auditOf(test.pool, tenantId)
    expect(audit.filter((line) => line.startsWith('tenant_'))).toEqual([
      'tenant_closed operator',
      'tenant_reopened operator',
    ])
  })

  it('says what becomes of sessions to come before anything is done, and cancels them where that is wanted', async () => {
    const practice = await createPractice(test.database)
    const { slug, tenantId } = practice
    const connectionId = await createConnection(test.database, tenantId, '{}')
    const [over, underWay] = [await book(practice, -3000), await book(practice, UNDER_WAY)]
    const coming = [await book(practice, TO_COME), await book(practice, TO_COME + 100)]
    const [written = ''] = coming
    await putEvent(test.database, written, { status: 'WRITTEN', id: 'event', connectionId })
    const undecided = await admin('tenants', 'close', slug)
    expect([undecided.code, undecided.warned]).toEqual([1, expect.stringContaining('nothing is closed')])
    const ahead = await admin('tenants', 'close', slug, '--dry-run', '--json')
    expect((ahead.data as { sessions: { bookingId: string }[] }).sessions.map(({ bookingId }) => bookingId)).toEqual([
      underWay,
      ...coming,
    ])
    for (const { said, warned } of [undecided, await admin('tenants', 'close', slug, '--dry-run')]) {
      expect(said + warned).toContain(minutesAfter(NOW, TO_COME).toISOString())
      expect(said + warned).not.toContain('Moser')
    }
    expect((await test.database.tenant.findUniqueOrThrow({ where: { id: tenantId } })).closedAt).toBeNull()
    expect((await admin('tenants', 'close', slug, '--keep-sessions', '--cancel-sessions')).warned).toContain('together')

    const { data } = await admin('tenants', 'close', slug, '--cancel-sessions', '--json')
    expect(data).toMatchObject({ state: 'closed', cancelled: 2, standing: 1 })
    expect(await statusOf(written)).toEqual(['CANCELLED', 'REMOVING'])
    expect(await queuedJobs(test.pool)).toContain(`mirror:${written}`)
    for (const id of [over, underWay]) expect((await statusOf(id))[0]).toBe('CONFIRMED')
    expect((await auditOf(test.pool, tenantId)).filter((line) => line === 'booking_cancelled operator')).toHaveLength(2)
    const again = await admin('tenants', 'close', slug, '--cancel-sessions', '--json')
    expect(again.data).toMatchObject({ cancelled: 0, standing: 1 })
  })

  it('lets a booking that is being made in, or refuses it: none comes after', async () => {
    const practice = await createPractice(test.database)
    const closing = await test.pool.connect()
    await closing.query('BEGIN')
    await closing.query('UPDATE tenant SET closed_at = now() WHERE id = $1', [practice.tenantId])
    let outcome: string | undefined
    const booking = tryToBook(practice, TO_COME).then(({ kind }) => {
      outcome = kind
    })
    const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    await until(async () => outcome !== undefined || (await test.pool.query(waits)).rowCount === 1)
    await closing.query('COMMIT')
    closing.release()
    await booking
    expect(outcome).toBe('closed')
    // A process of the release before knows nothing of closing: the database refuses it.
    await expect(
      test.pool.query(
        `INSERT INTO booking SELECT (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid(),
           'manage_token_hash', 'm', 'idempotency_key_hash', 'i', 'starts_at', '2031-01-01T00:00Z',
           'ends_at', '2031-01-01T00:50Z', 'blocked_from', '2031-01-01T00:00Z', 'blocked_until', '2031-01-01T00:50Z',
           'tenant_id', $1::text))).* FROM booking b WHERE status = 'CONFIRMED' LIMIT 1`,
        [practice.tenantId],
      ),
    ).rejects.toMatchObject({ constraint: 'booking_practice_open' })
  })
})
