import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { createTokenVault } from '../../src/adapters/postgres/token-vault.ts'
import { type ConnectionRef, type TokenVault, UnreadableTokens } from '../../src/ports/token-vault.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createConnection, createPractice, minutesAfter, NOW } from '../support/rows.ts'

let test: TestDatabase
let vault: TokenVault
beforeAll(async () => {
  test = await openTestDatabase()
  vault = createTokenVault(test, { now: () => NOW })
})
afterAll(() => test.drop())

async function connected(text = 'first'): Promise<ConnectionRef> {
  const { tenantId } = await createPractice(test.database)
  return { tenantId, connectionId: await createConnection(test.database, tenantId, text) }
}
const tokens = (tokenCache: string) => ({ tokenCache, accessExpiresAt: minutesAfter(NOW, 60), scopes: ['s'] })
const leased = async (ref: ConnectionRef, milliseconds = 60_000) => {
  const lease = await vault.lease(ref, milliseconds)
  if (lease === undefined) throw new Error('Somebody else holds the lease')
  return lease
}
const moveLease = (ref: ConnectionRef, interval: string) =>
  test.pool.query(`UPDATE calendar_connection SET lease_until = lease_until + $2::interval WHERE id = $1`, [
    ref.connectionId,
    interval,
  ])

describe('token vault', () => {
  it('TS-20 INV-5 opens tokens for the pair of tenant and connection only', async () => {
    const [mine, theirs] = [await connected('mine'), await connected('theirs')]
    const mixed = { tenantId: mine.tenantId, connectionId: theirs.connectionId }
    expect(await vault.read(mine)).toEqual({
      tokenCache: 'mine',
      version: 1,
      accessExpiresAt: undefined,
      scopes: ['Calendars.ReadBasic'],
    })
    expect(await vault.read(mixed)).toBeUndefined()
    expect(await vault.status(mixed)).toBeUndefined()
    expect(await vault.lease(mixed, 1000)).toBeUndefined()
    const lease = await leased(theirs)
    expect(await vault.commit(mixed, lease, 1, tokens('stolen'))).toBeUndefined()
    await vault.release(mixed, lease)
    expect(await vault.lease(theirs, 1000)).toBeUndefined()
  })

  it('TS-21 stores under the next version, and only from whoever read the newest', async () => {
    const ref = await connected()
    const lease = await leased(ref)
    expect(await vault.commit(ref, lease, 1, tokens('second'))).toBe(2)
    expect(await vault.read(ref)).toEqual({ ...tokens('second'), version: 2 })
    expect(await vault.status(ref)).toEqual({ version: 2, pausedForMs: 0 })
    const { refreshedAt } = await test.database.calendarConnection.findUniqueOrThrow({
      where: { id: ref.connectionId },
    })
    expect(refreshedAt).toEqual(NOW)
    const next = await leased(ref)
    expect(await vault.commit(ref, next, 1, tokens('late'))).toBeUndefined()
    expect(await vault.read(ref)).toMatchObject({ tokenCache: 'second' })
  })

  it('TS-21 F-43 of two that commit at once one counts', async () => {
    const ref = await connected()
    const lease = await leased(ref)
    const versions = await Promise.all(['a', 'b', 'c'].map((text) => vault.commit(ref, lease, 1, tokens(text))))
    expect(versions.filter((version) => version === 2)).toHaveLength(1)
    expect(await vault.status(ref)).toEqual({ version: 2, pausedForMs: 0 })
  })

  it('F-44 INV-8 an answer that comes after the lease went to somebody else is not stored', async () => {
    const ref = await connected()
    const slow = await leased(ref)
    await moveLease(ref, '-1 hour')
    const fast = await leased(ref)
    expect(await vault.commit(ref, slow, 1, tokens('old'))).toBeUndefined()
    expect(await vault.commit(ref, fast, 1, tokens('new'))).toBe(2)
    expect(await vault.commit(ref, slow, 2, tokens('old'))).toBeUndefined()
  })

  it('TS-22 gives the lease to one of many, in several processes', async () => {
    const ref = await connected()
    const other = openDatabase(test.url, test.ring)
    const vaults = [vault, createTokenVault(other, { now: () => NOW })]
    const leases = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (vaults[index % 2] ?? vault).lease(ref, 60_000)),
    )
    expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1)
    await other.close()
  })

  it("F-71 F-05 leases run by the database's clock, whatever a process believes", async () => {
    const ref = await connected()
    const ahead = createTokenVault(test, { now: () => new Date('2099-01-01T00:00:00Z') })
    await leased(ref, 60_000)
    const { rows } = await test.pool.query(
      `SELECT lease_until - clock_timestamp() BETWEEN interval '30 s' AND interval '60 s' AS near FROM calendar_connection WHERE id = $1`,
      [ref.connectionId],
    )
    expect(rows).toEqual([{ near: true }])
    expect(await ahead.lease(ref, 1000)).toBeUndefined()
    await moveLease(ref, '-2 minutes')
    expect(await ahead.lease(ref, 1000)).toBeDefined()
  })

  it('INV-11 F-14 F-71 a pause counts for every connection to its mailbox, in every process, by the database’s clock', async () => {
    const [one, other] = [await connected(), await connected()]
    const sameMailbox = await connected()
    const keyed = (ref: ConnectionRef, key: string) =>
      test.pool.query('UPDATE calendar_connection SET account_key = $2 WHERE id = $1', [ref.connectionId, key])
    await keyed(one, 'shared')
    await keyed(sameMailbox, 'shared')
    await keyed(other, 'its own')
    const ahead = createTokenVault(test, { now: () => new Date('2099-01-01T00:00:00Z') })
    const left = async (ref: ConnectionRef) => (await ahead.status(ref))?.pausedForMs ?? -1
    await vault.pause(one, 30_000)
    // A shorter one does not end it.
    await vault.pause(sameMailbox, 1000)
    for (const ref of [one, sameMailbox]) {
      expect(await left(ref)).toBeGreaterThan(20_000)
      expect(await left(ref)).toBeLessThanOrEqual(30_000)
    }
    expect(await left(other)).toBe(0)
    await test.pool.query(`UPDATE mailbox_hold SET held_until = held_until - interval '30 s'`)
    expect(await left(one)).toBe(0)
  })

  it('INV-5 pauses nothing for a pair that is not one', async () => {
    const [mine, theirs] = [await connected(), await connected()]
    await vault.pause({ tenantId: mine.tenantId, connectionId: theirs.connectionId }, 30_000)
    expect(await vault.status(theirs)).toMatchObject({ pausedForMs: 0 })
  })

  it('releases its own lease only', async () => {
    const ref = await connected()
    const lease = await leased(ref)
    await vault.release(ref, '00000000-0000-4000-8000-000000000000')
    expect(await vault.lease(ref, 1000)).toBeUndefined()
    await vault.release(ref, lease)
    expect(await vault.lease(ref, 1000)).toBeDefined()
  })

  it('TS-08 T-22 does not open what was written back from yesterday', async () => {
    const ref = await connected()
    const stored = async () =>
      (await test.pool.query('SELECT token_cache FROM calendar_connection WHERE id = $1', [ref.connectionId])).rows[0]
        .token_cache
    const yesterday = await stored()
    await vault.commit(ref, await leased(ref), 1, tokens('today'))
    await test.pool.query('UPDATE calendar_connection SET token_cache = $2 WHERE id = $1', [
      ref.connectionId,
      yesterday,
    ])
    await expect(vault.read(ref)).rejects.toBeInstanceOf(UnreadableTokens)
    expect(await vault.status(ref)).toEqual({ version: 2, pausedForMs: 0 })
  })

  it('TS-23 knows nothing of a connection that was disconnected, and stores nothing for it', async () => {
    const ref = await connected()
    const lease = await leased(ref)
    await test.database.calendarConnection.update({
      where: { id: ref.connectionId },
      data: { status: 'DISCONNECTED', tokenCache: null },
    })
    expect(await vault.read(ref)).toBeUndefined()
    expect(await vault.status(ref)).toBeUndefined()
    expect(await vault.commit(ref, lease, 1, tokens('late'))).toBeUndefined()
    expect(await vault.lease(ref, 1000)).toBeUndefined()
  })
})
