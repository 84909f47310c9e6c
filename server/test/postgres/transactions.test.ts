import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { guarded } from '../../src/adapters/postgres/database-errors.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { minutesAfter, NOW, newBooking, queuedJobs } from '../support/rows.ts'

const BUDGET = { timeout: 300 }

let test: TestDatabase
let practice: Practice
beforeAll(async () => {
  test = await openTestDatabase()
  practice = await createPractice(test.database)
  await test.pool.query(`CREATE FUNCTION outlast_it() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.6); RETURN NEW; END $$`)
})
afterAll(() => test.drop())

describe('F-64 a booking that the database refuses for now', () => {
  // A lock not had in time, no room or time, a shutdown, an idle session that was ended, a standby that took over, a connection lost.
  const CODES = `40001 40P01 40003 55P03 57014 53100 53200 53300 53400 57P01 57P02 57P03 57P04 57P05 25006 25P03 25P04
    08000 08006 08P01`.split(/\s+/)

  it('may be tried again, whatever the code: then it is booked once', async () => {
    const bookings = createBookingStore(test.database)
    await test.pool.query('CREATE TABLE refusal (code text)')
    await test.pool.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF EXISTS (SELECT FROM refusal) THEN
        RAISE EXCEPTION 'refused' USING ERRCODE = (SELECT code FROM refusal);
      END IF;
      RETURN NEW; END $$`)
    // At the last of its statements but COMMIT.
    await test.pool.query('CREATE TRIGGER refuse BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse()')
    const made: string[] = []
    for (const [index, code] of CODES.entries()) {
      const booking = newBooking(practice, { startsAt: minutesAfter(NOW, 1440 + index * 60) })
      const insert = () => bookings.insert(booking, NOW, () => true)
      await test.pool.query('INSERT INTO refusal VALUES ($1)', [code])
      await expect(insert(), code).rejects.toMatchObject({ name: 'StoreError', reason: 'unavailable', code })
      await test.pool.query('DELETE FROM refusal')
      expect((await insert()).kind).toBe('booked')
      made.push(booking.id)
    }
    const { rows } = await test.pool.query<{ id: string }>('SELECT id FROM booking ORDER BY starts_at')
    expect(rows.map(({ id }) => id)).toEqual(made)
    expect(await queuedJobs(test.pool)).toHaveLength(made.length)
  })
})

const slow = (table: 'service' | 'tenant') =>
  test.pool.query(`CREATE TRIGGER slow BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION outlast_it()`)

describe('F-64 a transaction that exceeds its time during an operation of several statements', () => {
  const data = { name: 'Late', durationMinutes: 50 }
  const transaction = guarded({
    readAgain: (tenantId: string) =>
      test.database.$transaction(async (tx) => {
        const { tenant } = await tx.service.create({ data: { tenantId, ...data }, include: { tenant: true } })
        return tenant.name
      }, BUDGET),
    writeOn: (id: string) =>
      test.database.$transaction(
        (tx) => tx.tenant.update({ where: { id }, data: { name: 'Late', services: { create: data } } }),
        BUDGET,
      ),
  })
  const outOfTime = { name: 'StoreError', reason: 'unavailable', code: 'P2028' }
  const stored = async () =>
    (await test.pool.query('SELECT t.name, s.name AS service FROM tenant t JOIN service s ON s.tenant_id = t.id')).rows

  it('does not take its own row, rolled back meanwhile, for one that never was: it may be tried again', async () => {
    await slow('service')
    await expect(transaction.readAgain(practice.tenantId)).rejects.toMatchObject(outOfTime)
  })

  it('sends none of the writes that would have followed', async () => {
    await slow('tenant')
    await expect(transaction.writeOn(practice.tenantId)).rejects.toMatchObject(outOfTime)
    expect(await stored()).toEqual([{ name: 'Practice', service: 'Session' }])
  })
})
