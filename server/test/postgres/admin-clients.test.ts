import { describe, expect, it } from 'vitest'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { startAdmin } from '../support/admin.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { auditOf, createConnection, minutesAfter, NOW, newBooking, putEvent, queuedJobs } from '../support/rows.ts'

const { test, admin } = await startAdmin({ clock: { now: () => NOW } })

/** A booking made for `clientEmail`, so many minutes from now. */
async function book(practice: Practice, clientEmail: string, minutes: number): Promise<string> {
  const booking = newBooking(practice, { startsAt: minutesAfter(NOW, minutes), clientName: 'Mo Moser', clientEmail })
  const made = await createBookingStore(test.database).insert(booking, minutesAfter(NOW, -99_999), () => true)
  expect(made.kind).toBe('booked')
  return booking.id
}

const PAST = -3000
const TO_COME = 3000
const kept = (id: string) => test.database.booking.findUniqueOrThrow({ where: { id } })

describe('what a client may ask for', () => {
  it('PR-17 all that is kept of her is given out, at one practice or at all, in whatever letters she is named', async () => {
    const [here, there] = [await createPractice(test.database), await createPractice(test.database)]
    await book(here, 'Mo@Client.example', PAST)
    await book(there, 'mo@client.example', TO_COME)
    await book(here, 'bo@client.example', PAST - 100)
    const all = (await admin('clients', 'export', 'MO@client.example', '--json')).data
    expect(all).toMatchObject([
      { tenant: here.slug, clientEmail: 'Mo@Client.example', clientName: 'Mo Moser', service: 'Session' },
      { tenant: there.slug, clientEmail: 'mo@client.example', status: 'CONFIRMED' },
    ])
    expect((await admin('clients', 'export', 'mo@client.example', '--tenant', there.slug, '--json')).data).toHaveLength(
      1,
    )
    expect(await auditOf(test.pool, there.tenantId)).toContain('client_exported operator')
  })

  it('PR-17 she is erased from what is over or cancelled, and no longer found by what she has', async () => {
    const practice = await createPractice(test.database)
    const email = 'erase@client.example'
    const connectionId = await createConnection(test.database, practice.tenantId, '{}')
    const [written, waiting] = [
      await book(practice, email, PAST),
      await book(practice, email.toUpperCase(), PAST + 100),
    ]
    const bystander = await book(practice, 'stays@client.example', PAST + 200)
    await putEvent(test.database, written, { status: 'WRITTEN', id: 'event', connectionId })
    await test.database.booking.update({ where: { id: written }, data: { eventJoinUrl: 'https://video.example/x' } })
    const { manageTokenHash } = await kept(written)
    expect((await admin('clients', 'erase', email, '--json')).data).toEqual({ bookings: 2, cancelled: 0 })
    const left = await test.pool.query('SELECT b::text AS row FROM booking b WHERE id = ANY ($1)', [[written, waiting]])
    expect(JSON.stringify(left.rows)).not.toMatch(/moser|client\.example|video\.example/i)
    const { eventStatus, eventId, startsAt, requestHash } = await kept(written)
    expect({ eventStatus, eventId, startsAt, requestHash }).toEqual({
      ...{ eventStatus: 'WRITTEN', eventId: 'event', startsAt: minutesAfter(NOW, PAST), requestHash: 'erased' },
    })
    // Its event would be written to the calendar of a session that is over, and of nobody.
    expect((await kept(waiting)).eventStatus).toBe('NOT_WANTED')
    expect(await queuedJobs(test.pool)).not.toContain(`mirror:${waiting}`)
    expect(await createBookingStore(test.database).byManageToken(manageTokenHash)).toBeUndefined()
    expect((await kept(bystander)).clientName).toBe('Mo Moser')
    expect(
      (await auditOf(test.pool, practice.tenantId)).filter((line) => line === 'booking_erased operator'),
    ).toHaveLength(2)
    expect((await admin('clients', 'erase', email, '--json')).data).toEqual({ bookings: 0, cancelled: 0 })
    expect((await admin('clients', 'export', 'erased@x.example', '--json')).data).toEqual([])
  })

  it('PR-17 nothing is erased while a session is to come, unless it is to be cancelled, or under way', async () => {
    const practice = await createPractice(test.database)
    const email = 'coming@client.example'
    const [over, coming] = [await book(practice, email, PAST), await book(practice, email, TO_COME)]
    const refused = await admin('clients', 'erase', email)
    expect([refused.code, refused.warned.includes(minutesAfter(NOW, TO_COME).toISOString())]).toEqual([1, true])
    expect((await kept(over)).clientEmail).toBe(email)
    const underWay = await book(practice, email, -10)
    expect((await admin('clients', 'erase', email, '--cancel')).warned).toContain('under way until 2030-03-04T12:40')
    expect((await kept(coming)).status).toBe('CONFIRMED')
    await test.database.booking.delete({ where: { id: underWay } })
    expect((await admin('clients', 'erase', email, '--cancel', '--json')).data).toEqual({ bookings: 2, cancelled: 1 })
    expect(await kept(coming)).toMatchObject({ status: 'CANCELLED', clientEmail: 'erased', clientName: '—' })
    expect(await auditOf(test.pool, practice.tenantId)).toContain('booking_cancelled operator')
  })

  it.each([
    [['clients', 'export', 'nobody'], 'a client is named by her e-mail address'],
    [['clients', 'erase', ''], 'a client is named by her e-mail address'],
    [['clients', 'erase', 'mo@client.example', '--tenant', 'nobody'], 'there is no practice "nobody"'],
  ])('is refused: %j', async (args, words) => {
    const { code, warned } = await admin(...args)
    expect([code, warned.includes(words)]).toEqual([1, true])
  })
})
