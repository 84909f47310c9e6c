import { expect, it } from 'vitest'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { startAdmin } from '../support/admin.ts'
import { createPractice } from '../support/practice.ts'
import { auditOf, minutesAfter, NOW, newBooking, newConnection } from '../support/rows.ts'

const { test, admin } = await startAdmin({ clock: { now: () => NOW } })

interface Exported {
  readonly [part: string]: unknown
  readonly bookings: readonly { readonly id: string; readonly client: object | null; readonly startsAt: string }[]
  readonly audit: readonly { readonly action: string }[]
}

it('PR-23 a practice is exported as a whole, in pages, without a secret, and without another’s', async () => {
  const practice = await createPractice(test.database, { name: 'Ada' })
  const stranger = await createPractice(test.database)
  await createConnectionStore(test.database).store(newConnection(practice))
  const made = newBooking(practice, { clientName: 'Mo Moser', clientEmail: 'mo@client.example' })
  await createBookingStore(test.database).insert(made, NOW, () => true)
  await createBookingStore(test.database).insert(newBooking(stranger), NOW, () => true)
  // Many at one moment, as cancelled ones may be, and one that was erased.
  await test.pool.query(
    `INSERT INTO booking SELECT (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid(), 'status', 'CANCELLED',
       'cancelled_at', now(), 'event_status', 'NOT_WANTED', 'manage_token_hash', 'm' || n, 'idempotency_key_hash', 'i' || n,
       'client_email', CASE n WHEN 7 THEN 'erased' ELSE 'client' || n || '@x.example' END))).*
     FROM booking b, generate_series(1, 1200) AS n WHERE b.id = $1`,
    [made.id],
  )
  const answer = await admin('tenants', 'export', practice.slug, '--json')
  const data = answer.data as Exported
  expect(data).toMatchObject({
    format: 'booking-tenant-export',
    version: 1,
    exportedAt: NOW.toJSON(),
    practice: { slug: practice.slug, name: 'Ada', retentionDays: 730 },
    users: [{ email: practice.email, role: 'OWNER' }],
    services: [{ name: 'Session', durationMinutes: 50 }],
    accounts: [
      {
        provider: 'MICROSOFT',
        status: 'ACTIVE',
        accountAddress: 'person@therapist.example',
        calendars: [{ name: 'Private calendar' }, { name: 'Second calendar' }],
      },
    ],
  })
  expect(data.workingHours).toHaveLength(5)
  const ids = data.bookings.map(({ id }) => id)
  expect([ids.length, new Set(ids).size]).toEqual([1201, 1201])
  expect(data.bookings.find(({ id }) => id === made.id)).toMatchObject({
    startsAt: minutesAfter(NOW, 24 * 60).toJSON(),
    service: 'Session',
    status: 'CONFIRMED',
    eventStatus: 'PENDING',
    erased: false,
    client: { name: 'Mo Moser', email: 'mo@client.example' },
  })
  expect(data.bookings.filter(({ client }) => client === null)).toHaveLength(1)
  expect(data.audit.map(({ action }) => action)).toEqual(['calendar_connected', 'booking_created', 'tenant_exported'])
  expect(answer.said).not.toMatch(/RefreshToken|token|hash|\$argon2|lease|v1\.|"request"/i)
  const stored = await test.pool.query(
    `SELECT password_hash AS secret FROM app_user UNION ALL SELECT manage_token_hash FROM booking WHERE id = $1
     UNION ALL SELECT idempotency_key_hash FROM booking WHERE id = $1 UNION ALL SELECT token_cache FROM calendar_connection`,
    [made.id],
  )
  for (const { secret } of stored.rows) expect(answer.said).not.toContain(secret)
  // The same to a person.
  expect(JSON.parse((await admin('tenants', 'export', practice.slug)).said)).toMatchObject({ version: 1 })
  expect((await auditOf(test.pool, practice.tenantId)).at(-1)).toBe('tenant_exported operator')
  expect((await admin('tenants', 'export', 'nobody')).warned).toContain('there is no practice "nobody"')
})
