import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UnencryptableWrite } from '../../src/adapters/postgres/encryption/encrypted-writes.ts'
import { UnreadableTokens } from '../../src/ports/token-vault.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { createConnection } from '../support/rows.ts'

let test: TestDatabase
let practice: Practice
beforeAll(async () => {
  test = await openTestDatabase()
  practice = await createPractice(test.database)
})
afterAll(() => test.drop())

const stored = async (id: string): Promise<string> => {
  const { rows } = await test.pool.query('SELECT token_cache FROM calendar_connection WHERE id = $1', [id])
  return rows[0].token_cache
}
const connect = async (text: string) =>
  createConnection(test.database, (await createPractice(test.database)).tenantId, text)

describe('encrypted columns', () => {
  it('TS-01 stores sealed text and reads it back, also through relations and partial selects', async () => {
    const id = await connect('the tokens')
    const { tenantId } = await test.database.calendarConnection.findUniqueOrThrow({ where: { id } })
    await test.database.connectedCalendar.createMany({
      data: [
        {
          id: randomUUID(),
          tenantId,
          connectionId: id,
          provider: 'MICROSOFT',
          externalId: 'e',
          name: 'Private',
          isDefault: true,
        },
      ],
    })
    expect(await stored(id)).toMatch(/^v1\.k1\.[A-Za-z0-9_-]+$/)
    const row = await test.database.calendarConnection.findUniqueOrThrow({
      where: { id },
      select: { tokenCache: true, calendars: { select: { name: true } } },
    })
    expect({ ...row, calendars: row.calendars.map(({ name }) => name) }).toMatchObject({
      tokenCache: 'the tokens',
      calendars: ['Private'],
    })
    expect(Object.keys(row)).not.toContain('tokenVersion')
  })

  it('encrypts on every kind of write, under the version the row will have', async () => {
    const id = await connect('one')
    const { tenantId } = await test.database.calendarConnection.findUniqueOrThrow({ where: { id } })
    const where = { id, tenantId, provider: 'MICROSOFT' } as const
    const read = async () => (await test.database.calendarConnection.findUniqueOrThrow({ where: { id } })).tokenCache
    await test.database.calendarConnection.update({ where, data: { tokenCache: { set: 'two' }, tokenVersion: 2 } })
    expect(await read()).toBe('two')
    await test.database.calendarConnection.updateMany({
      where: { id: { equals: id }, tenantId, provider: 'MICROSOFT', tokenVersion: 2 },
      data: { tokenCache: 'three' },
    })
    expect(await read()).toBe('three')
    const create = { ...where, status: 'PENDING', access: 'BOOKINGS', accountKey: 'k', tokenVersion: 1 } as const
    await test.database.calendarConnection.upsert({
      where,
      create: { ...create, tokenCache: 'never' },
      update: { tokenCache: 'four', tokenVersion: 3 },
    })
    expect(await read()).toBe('four')
    await test.database.calendarConnection.update({
      where: { id },
      data: { tokenCache: null, status: 'DISCONNECTED' },
    })
    expect(await read()).toBeNull()
  })

  it('refuses a write of an encrypted column that does not say literally which row and version it is for', async () => {
    const id = await connect('x')
    const { tenantId } = await test.database.calendarConnection.findUniqueOrThrow({ where: { id } })
    const { calendarConnection, oAuthAttempt, tenant } = test.database
    const where = { id, tenantId, provider: 'MICROSOFT' } as const
    const row = { status: 'PENDING', access: 'BOOKINGS', accountKey: 'k', tokenCache: 'x' } as const
    const refused = [
      () => calendarConnection.update({ where: { id }, data: { tokenCache: 'y' } }),
      () => calendarConnection.update({ where, data: { tokenCache: 'y', tokenVersion: { increment: 1 } } }),
      () => calendarConnection.update({ where, data: { tokenCache: 'y' } }),
      () =>
        calendarConnection.updateMany({
          where: { ...where, id: { in: [id] } },
          data: { tokenCache: 'y', tokenVersion: 2 },
        }),
      () => calendarConnection.update({ where, data: { tokenCache: 'y', tokenVersion: 2, provider: 'GOOGLE' } }),
      () => calendarConnection.update({ where, data: { tokenVersion: 2 } }),
      () => calendarConnection.update({ where, data: { provider: 'GOOGLE' } }),
      () => calendarConnection.create({ data: { ...row, tenantId, provider: 'GOOGLE' } }),
      () => calendarConnection.createMany({ data: [{ ...row, id: randomUUID(), tenantId, provider: 'GOOGLE' }] }),
      () =>
        calendarConnection.upsert({
          where,
          create: { ...row, ...where, tokenVersion: 1 },
          update: { tokenCache: 'y' },
        }),
      () => oAuthAttempt.updateMany({ where: { tenantId }, data: { codeVerifier: 'y' } }),
      () =>
        tenant.update({ where: { id: tenantId }, data: { connections: { create: { ...row, provider: 'GOOGLE' } } } }),
      () =>
        tenant.update({
          where: { id: tenantId },
          data: { connections: { updateMany: { where: {}, data: { tokenCache: 'y' } } } },
        }),
      () =>
        test.database.user.update({
          where: { id: practice.userId },
          data: { tenant: { update: { connections: { update: { where: { id }, data: { tokenCache: 'y' } } } } } },
        }),
    ]
    const before = await stored(id)
    for (const write of refused) await expect(write(), write.toString()).rejects.toThrow(UnencryptableWrite)
    expect(await stored(id)).toBe(before)
  })

  it('TS-02 TS-13 the database refuses plaintext, however it is written', async () => {
    const id = await connect('x')
    const refusal = /violates check constraint/
    const plain = ['eyJhbGciOi', 'v1.k1.', 'v1.k1.a b', 'v2.k1.AAAA', 'v1.k1.AAAA\n', '']
    for (const text of plain)
      await expect(
        test.pool.query('UPDATE calendar_connection SET token_cache = $2 WHERE id = $1', [id, text]),
      ).rejects.toThrow(refusal)
    const sealed = await stored(id)
    const attempt = `INSERT INTO oauth_attempt (id, tenant_id, user_id, session_hash, provider, state_hash, nonce, code_verifier, access, expires_at)
      VALUES (gen_random_uuid(), $1, $2, 's', 'GOOGLE', $3, 'n', $3, 'BOOKINGS', now())`
    await expect(test.pool.query(attempt, [practice.tenantId, practice.userId, 'plain'])).rejects.toThrow(refusal)
    await test.pool.query(attempt, [practice.tenantId, practice.userId, sealed])
    await expect(test.pool.query(`INSERT INTO token_key_check (kid, sentinel) VALUES ('x', 'plain')`)).rejects.toThrow(
      refusal,
    )
    const calendar = `INSERT INTO connected_calendar (id, tenant_id, connection_id, provider, external_id, name, is_default)
      SELECT gen_random_uuid(), tenant_id, id, provider, 'x', 'Private', true FROM calendar_connection WHERE id = $1`
    await expect(test.pool.query(calendar, [id])).rejects.toThrow(refusal)
  })

  it('TS-07 TS-17 tokens copied to another tenant do not decrypt, and only that row suffers', async () => {
    const [mine, theirs] = [await connect('mine'), await connect('theirs')]
    await test.pool.query('UPDATE calendar_connection SET token_cache = $2 WHERE id = $1', [mine, await stored(theirs)])
    const rows = await test.database.calendarConnection.findMany({ where: { id: { in: [mine, theirs] } } })
    const found = new Map(rows.map((row) => [row.id, row]))
    expect(() => found.get(mine)?.tokenCache).toThrow(UnreadableTokens)
    expect(found.get(mine)?.status).toBe('ACTIVE')
    expect(found.get(theirs)?.tokenCache).toBe('theirs')
  })

  it('TS-07 an encrypted column does not decrypt under another provider or row of the same tenant', async () => {
    const { tenantId } = await createPractice(test.database)
    const active = await createConnection(test.database, tenantId, 'a')
    const pending = await createConnection(test.database, tenantId, 'b', { status: 'PENDING' })
    await test.pool.query('UPDATE calendar_connection SET token_cache = $2 WHERE id = $1', [
      active,
      await stored(pending),
    ])
    await test.pool.query(`UPDATE calendar_connection SET provider = 'GOOGLE' WHERE id = $1`, [pending])
    for (const id of [active, pending]) {
      const row = await test.database.calendarConnection.findUniqueOrThrow({ where: { id } })
      expect(() => row.tokenCache).toThrow(UnreadableTokens)
    }
  })

  it("TS-08 yesterday's value of the same row does not decrypt", async () => {
    const id = await connect('yesterday')
    const old = await stored(id)
    const { tenantId } = await test.database.calendarConnection.findUniqueOrThrow({ where: { id } })
    await test.database.calendarConnection.update({
      where: { id, tenantId, provider: 'MICROSOFT' },
      data: { tokenCache: 'today', tokenVersion: 2 },
    })
    await test.pool.query('UPDATE calendar_connection SET token_cache = $2 WHERE id = $1', [id, old])
    const row = await test.database.calendarConnection.findUniqueOrThrow({ where: { id } })
    expect(() => row.tokenCache).toThrow(UnreadableTokens)
  })

  it('a row never changes its tenant', async () => {
    const id = await connect('x')
    await expect(
      test.pool.query('UPDATE calendar_connection SET tenant_id = $2 WHERE id = $1', [id, practice.tenantId]),
    ).rejects.toThrow('tenant_id of calendar_connection cannot change')
  })
})
