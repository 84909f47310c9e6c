import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTokenVault } from '../../src/adapters/postgres/connections/token-vault.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createPractice } from '../support/practice.ts'
import { createConnection, minutesAfter, NOW } from '../support/rows.ts'

// What a vault promises is in the contract suite; this is about what the row says besides.
let test: TestDatabase
beforeAll(async () => {
  test = await openTestDatabase()
})
afterAll(() => test.drop())

it('a commit of the token vault dates the refresh in the row', async () => {
  const vault = createTokenVault(test, { now: () => NOW })
  const { tenantId } = await createPractice(test.database)
  const ref = { tenantId, connectionId: await createConnection(test.database, tenantId, 'first') }
  const tokens = { tokenCache: 'second', accessExpiresAt: minutesAfter(NOW, 60), scopes: ['s'] }
  expect(await vault.commit(ref, (await vault.lease(ref, 60_000)) ?? '', 1, tokens)).toBe(2)
  const row = await test.database.calendarConnection.findUniqueOrThrow({ where: { id: ref.connectionId } })
  expect(row).toMatchObject({ refreshedAt: NOW, accessExpiresAt: tokens.accessExpiresAt, scopes: ['s'] })
})
