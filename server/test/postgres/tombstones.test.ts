import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { createTombstoneStore } from '../../src/adapters/postgres/tombstone-store.ts'
import { createTombstoneFile } from '../../src/adapters/tombstone-file/tombstone-file.ts'
import { createWriteTombstones } from '../../src/services/write-tombstones.ts'
import { startAdmin } from '../support/admin.ts'
import { LogRecorder } from '../support/log-recorder.ts'
import { createPractice } from '../support/practice.ts'
import { auditOf, createConnection, minutesAfter, NOW, newBooking } from '../support/rows.ts'

const { test, admin } = await startAdmin({ clock: { now: () => NOW } })
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tombstones-'))
afterAll(() => fs.rmSync(folder, { recursive: true }))

const log = new LogRecorder()
const writeTo = (file: string) =>
  createWriteTombstones({ tombstones: createTombstoneStore(test.database), list: createTombstoneFile(file), log })()

/** As a restore brings them back: the rows as they were at the backup, and nothing that was noted since. */
const backup = async () => {
  for (const table of ['booking', 'calendar_connection', 'connected_calendar'])
    await test.pool.query(`CREATE TABLE backup_${table} AS TABLE ${table}`)
}
const restore = async () => {
  const columns = 'client_name, client_email, request_hash, manage_token_hash, status, cancelled_at'
  await test.pool.query(
    `UPDATE booking b SET (${columns}) = (SELECT ${columns} FROM backup_booking o WHERE o.id = b.id)`,
  )
  const ofConnection = 'status, token_cache, account_address, disconnected_at'
  await test.pool.query(
    `UPDATE calendar_connection c SET (${ofConnection}) =
       (SELECT ${ofConnection} FROM backup_calendar_connection o WHERE o.id = c.id)`,
  )
  await test.pool.query('INSERT INTO connected_calendar SELECT * FROM backup_connected_calendar')
  await test.pool.query('DELETE FROM kept_grant')
  await test.pool.query('DELETE FROM tombstone')
}

it('what was given up and erased is noted, written out, and done again after a restore, however often', async () => {
  const practice = await createPractice(test.database)
  const { tenantId } = practice
  const id = await createConnection(test.database, tenantId, 'tokens')
  const calendar = { id, tenantId, connectionId: id, provider: 'MICROSOFT' as const, isDefault: true }
  await test.database.connectedCalendar.create({ data: { ...calendar, externalId: 'calendar', name: 'Hers' } })
  const email = 'mo@client.example'
  const bookings = [-3000, 3000].map((minutes) =>
    newBooking(practice, {
      startsAt: minutesAfter(NOW, minutes),
      clientName: 'Mo',
      clientEmail: email,
      wantsEvent: false,
    }),
  )
  for (const booking of bookings)
    await createBookingStore(test.database).insert(booking, minutesAfter(NOW, -9999), () => true)
  await backup()

  const connections = createConnectionStore(test.database)
  await connections.disconnect(tenantId, id, NOW, 'user:her')
  await connections.shred(id)
  expect((await admin('clients', 'erase', email, '--cancel')).code).toBe(0)
  const file = path.join(folder, 'list')
  await writeTo(file)
  const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n')
  const ids = [id, ...bookings.map((booking) => booking.id)].sort()
  expect(lines.map((line) => JSON.parse(line).subjectId).sort()).toEqual(ids)
  expect(
    log
      .of('tombstone')
      .map(({ subjectId }) => subjectId)
      .sort(),
  ).toEqual(ids)
  expect([await test.database.tombstone.count(), fs.statSync(file).mode & 0o777]).toEqual([0, 0o600])

  await restore()
  expect((await admin('clients', 'export', email, '--json')).data).toHaveLength(2)
  const done = { connections: 1, bookings: 2, tenants: 0, unchanged: 0 }
  expect((await admin('tombstones', 'apply', file, '--json')).data).toEqual(done)
  const { rows } = await test.pool.query(
    `SELECT status, token_cache, account_address, (SELECT count(*)::int FROM connected_calendar) AS calendars
     FROM calendar_connection`,
  )
  expect(rows).toEqual([{ status: 'DISCONNECTED', token_cache: null, account_address: null, calendars: 0 }])
  const left = await test.database.booking.findMany({ orderBy: { startsAt: 'asc' } })
  expect(left.map(({ clientEmail, status }) => [clientEmail, status])).toEqual([
    ['erased', 'CONFIRMED'],
    ['erased', 'CANCELLED'],
  ])
  expect((await admin('tombstones', 'apply', file, '--json')).data).toEqual({
    ...done,
    connections: 0,
    bookings: 0,
    unchanged: 3,
  })
  expect(await auditOf(test.pool, tenantId)).toContain('calendar_disconnected operator')
  // The next backup's list has them, too.
  expect(await test.database.tombstone.count()).toBe(3)
})

it('tombstones that cannot be written wait, and somebody is told', async () => {
  const { tenantId } = await createPractice(test.database)
  const id = await createConnection(test.database, tenantId, 'tokens')
  await createConnectionStore(test.database).disconnect(tenantId, id, NOW, 'user:her')
  await createConnectionStore(test.database).shred(id)
  const waiting = await test.database.tombstone.count()
  expect(waiting).toBeGreaterThan(0)
  await writeTo(path.join(folder, 'missing', 'list'))
  expect(log.of('tombstones_not_written')).toEqual([{ waiting, code: 'ENOENT' }])
  expect(await test.database.tombstone.count()).toBe(waiting)
  // A full disk has torn the last line: what is written next begins on its own.
  const torn = path.join(folder, 'torn')
  fs.writeFileSync(torn, '{"at":"2030')
  await writeTo(torn)
  const [first, ...others] = fs.readFileSync(torn, 'utf8').trimEnd().split('\n')
  expect([first, others.map((line) => JSON.parse(line).kind).length]).toEqual(['{"at":"2030', waiting])
})

it('a list with one line that is none is not applied, and its line is named', async () => {
  const practice = await createPractice(test.database)
  const id = await createConnection(test.database, practice.tenantId, 'tokens')
  const good = JSON.stringify({ at: NOW, kind: 'connection', tenantId: practice.tenantId, subjectId: id })
  const file = path.join(folder, 'damaged')
  for (const bad of ['{"kind":"connection"', '{}', good.replace('connection', 'practice')]) {
    fs.writeFileSync(file, `${good}\n\n${bad}\n`)
    expect((await admin('tombstones', 'apply', file)).warned).toContain(`line 3 of ${file} is no tombstone`)
  }
  expect((await admin('tombstones', 'apply', path.join(folder, 'none'))).warned).toContain('cannot be read')
  expect((await createConnectionStore(test.database).active(practice.tenantId))?.id).toBe(id)
})
