import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { createTokenVault } from '../../src/adapters/postgres/connections/token-vault.ts'
import type { ConnectionStore } from '../../src/ports/connection-store.ts'
import type { ConnectionRef, TokenVault } from '../../src/ports/token-vault.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { NOW, newConnection } from '../support/rows.ts'
import { describeTokenVault } from './token-vault.ts'
import { AGAIN, type Ciphertexts, FIRST, type VaultUnderTest } from './vault-under-test.ts'

let test: TestDatabase
let other: ReturnType<typeof openDatabase>
let store: ConnectionStore
let vault: TokenVault
let another: TokenVault
beforeAll(async () => {
  test = await openTestDatabase()
  other = openDatabase(test.url, test.ring)
  store = createConnectionStore(test.database)
  vault = createTokenVault(test, { now: () => NOW })
  another = createTokenVault(other, { now: () => new Date('2099-01-01T00:00:00Z') })
})
afterAll(async () => {
  await other.close()
  await test.drop()
})

const set = (ref: ConnectionRef, assignment: string, value: unknown) =>
  test.pool.query(`UPDATE calendar_connection SET ${assignment} WHERE id = $1`, [ref.connectionId, value])

const ciphertextOf = async ({ connectionId }: ConnectionRef): Promise<string> => {
  const { rows } = await test.pool.query('SELECT token_cache FROM calendar_connection WHERE id = $1', [connectionId])
  return rows[0].token_cache
}

/** A therapist who has connected, without calendars: nothing else keeps her row where it is. */
async function connectAs(practice: Practice, account: string, more: Parameters<typeof newConnection>[1] = {}) {
  const grant = { accountKey: account, ...FIRST }
  const { connectionId } = await store.store(newConnection(practice, { calendars: [], ...more, grant }))
  return { tenantId: practice.tenantId, connectionId }
}

const lonely = async () => connectAs(await createPractice(test.database), randomUUID())

const ciphertexts: Ciphertexts = {
  async copyToAnotherRow() {
    const practice = await createPractice(test.database)
    const one = await connectAs(practice, randomUUID())
    // A second account of the tenant, which waits for its confirmation.
    const two = await connectAs(practice, randomUUID())
    await set(two, 'token_cache = $2', await ciphertextOf(one))
    return two
  },
  async moveToAnotherTenant() {
    const [ref, { tenantId }] = [await lonely(), await createPractice(test.database)]
    // The database lets no row change its tenant; whoever writes past that takes it away and puts it there.
    await test.pool.query(
      `WITH taken AS (DELETE FROM calendar_connection WHERE id = $1 RETURNING *)
       INSERT INTO calendar_connection SELECT moved.* FROM taken, jsonb_populate_record(
         NULL::calendar_connection, to_jsonb(taken) || jsonb_build_object('tenant_id', $2::text, 'created_by', NULL)
       ) AS moved`,
      [ref.connectionId, tenantId],
    )
    return { ...ref, tenantId }
  },
  async changeTheProvider() {
    const ref = await lonely()
    await set(ref, 'provider = $2', 'GOOGLE')
    return ref
  },
  async replaceByAnotherField() {
    const practice = await createPractice(test.database)
    const calendars = [{ id: 'calendar-1', name: 'Private', isDefault: true }]
    const ref = await connectAs(practice, randomUUID(), { calendars })
    const { rows } = await test.pool.query('SELECT name FROM connected_calendar WHERE connection_id = $1', [
      ref.connectionId,
    ])
    await set(ref, 'token_cache = $2', rows[0].name)
    return ref
  },
  async writeBackTheEarlierVersion() {
    const ref = await lonely()
    const earlier = await ciphertextOf(ref)
    const lease = (await vault.lease(ref, 1000)) ?? ''
    await vault.commit(ref, lease, 1, AGAIN)
    await set(ref, 'token_cache = $2', earlier)
    return ref
  },
}

async function open(): Promise<VaultUnderTest> {
  const practices = new Map<string, { readonly practice: Practice; readonly account: string }>()
  const prefix = randomUUID()
  return {
    vault,
    another,
    async connect(name) {
      const practice = await createPractice(test.database)
      const account = `${prefix}.${name ?? randomUUID()}`
      const ref = await connectAs(practice, account)
      practices.set(ref.connectionId, { practice, account })
      return ref
    },
    async reconnect({ connectionId }) {
      const known = practices.get(connectionId)
      if (known === undefined) throw new Error('It was not connected here')
      const grant = { accountKey: known.account, ...AGAIN }
      await store.store(newConnection(known.practice, { calendars: [], grant }))
    },
    async disconnect({ tenantId, connectionId }) {
      await store.disconnect(tenantId, connectionId, NOW)
    },
    async pass(milliseconds) {
      const earlier = [milliseconds / 1000]
      await test.pool.query(
        'UPDATE calendar_connection SET lease_until = lease_until - make_interval(secs => $1)',
        earlier,
      )
      await test.pool.query('UPDATE mailbox_hold SET held_until = held_until - make_interval(secs => $1)', earlier)
    },
    ciphertexts,
  }
}

describeTokenVault('postgres', open)
