import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../src/adapters/postgres/client.ts'
import { createTokenVault } from '../../src/adapters/postgres/connections/token-vault.ts'
import { createKeyRing, type EncryptionKey } from '../../src/adapters/postgres/encryption/key-ring.ts'
import {
  checkKeys,
  keysInUse,
  rotateTokenKeys,
  TokenKeyError,
} from '../../src/adapters/postgres/encryption/key-rotation.ts'
import { readReadiness } from '../../src/adapters/postgres/readiness.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { createTestDatabase, testKey } from '../support/database.ts'
import { addConnections } from '../support/many-practices.ts'
import { explainEverything, plansOf, scansOf } from '../support/plans.ts'
import { createPractice } from '../support/practice.ts'
import { createConnection, minutesAfter, NOW } from '../support/rows.ts'

const [K1, K2] = [testKey('k1'), testKey('k2')]

let url: string
let drop: () => Promise<void>
let opened: OpenDatabase[]
beforeEach(async () => {
  ;({ url, drop } = await createTestDatabase(inject('templateDatabase')))
  opened = []
})
afterEach(async () => {
  for (const { close } of opened) await close()
  await drop()
})

/** A process with these keys, the first of which encrypts. */
function boot(...keys: EncryptionKey[]) {
  const ring = createKeyRing(keys)
  const open = openDatabase(url, ring)
  opened.push(open)
  const { database, pool } = open
  return {
    database,
    pool,
    ring,
    vault: createTokenVault(open, systemClock),
    check: () => checkKeys(database, ring),
    rotate: (options?: Parameters<typeof rotateTokenKeys>[2]) => rotateTokenKeys(database, ring, options),
  }
}

/** A tenant whose every encrypted column is filled; of an account that receives, or of one that only blocks. */
async function fill({ database }: ReturnType<typeof boot>, text: string, account: 'receives' | 'blocks' = 'receives') {
  const { tenantId, userId } = await createPractice(database)
  const connectionId = await createConnection(database, tenantId, text, { further: account === 'blocks' })
  const provider = 'MICROSOFT' as const
  await database.connectedCalendar.create({
    data: {
      id: randomUUID(),
      tenantId,
      connectionId,
      provider,
      externalId: 'e',
      name: `${text} calendar`,
      isDefault: true,
    },
  })
  const attempt = { id: randomUUID(), tenantId, userId, provider, access: 'BOOKINGS' as const, nonce: 'n' }
  await database.oAuthAttempt.create({
    data: { ...attempt, sessionHash: 's', stateHash: attempt.id, codeVerifier: text, expiresAt: minutesAfter(NOW, 10) },
  })
  return { tenantId, connectionId }
}

describe('checking the keys at start', () => {
  it('TS-12 passes twice with the same keys, and with a new one in front', async () => {
    await boot(K1).check()
    await boot(K1).check()
    await boot(K2, K1).check()
  })

  it('TS-12 refuses another key under a known name: names it, and changes no row', async () => {
    const first = boot(K1)
    await first.check()
    await fill(first, 'tokens')
    const wrong = boot({ kid: 'k1', key: testKey('k1').key })
    const dump = () => first.pool.query('SELECT status, token_cache, failure_reason FROM calendar_connection')
    const before = (await dump()).rows
    const error: unknown = await wrong.check().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(TokenKeyError)
    expect(String(error)).toContain('Key k1 of TOKEN_ENCRYPTION_KEYS')
    expect(String(error)).not.toContain(K1.key.toString())
    expect((await dump()).rows).toEqual(before)
  })

  it('TS-12 lets one of two processes that start at once with different keys win', async () => {
    const outcomes = await Promise.allSettled([boot(K1).check(), boot({ ...testKey('k1') }).check()])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('TS-15 refuses to go without a key that values still use: names it and counts them', async () => {
    const first = boot(K1)
    await first.check()
    await fill(first, 'a')
    await fill(first, 'b')
    await expect(boot(K2).check()).rejects.toThrow('lacks key k1, which 6 stored values still use')
    const { rows } = await first.pool.query('SELECT kid FROM token_key_check')
    expect(rows).toEqual([{ kid: 'k1' }])
  })
})

describe('what /readyz asks while a process lacks a key', () => {
  it('is answered by an index, however many connections there are', async () => {
    const first = boot(K1)
    await first.check()
    await fill(first, 'a')
    await addConnections(first.pool, 2000)
    await first.pool.query('ANALYZE')
    await boot(K2, K1).check()
    await explainEverything(url)
    const { database, pool, ring } = boot(K1)
    const plans = await plansOf(pool, async () => {
      // PostgreSQL plans a prepared statement for its values five times before it considers one plan for all.
      for (let time = 0; time < 7; time++)
        expect(await readReadiness({ database, pool, ring })).toMatchObject({ keys: true })
    })
    const scans = scansOf(plans, 'calendar_connection')
    expect(scans.map(({ index }) => index)).toEqual(Array(7).fill('calendar_connection_token_key_idx'))
    expect(scans.filter(({ rowsRead }) => rowsRead > 0)).toEqual([])
  })
})

describe('rotating the keys', () => {
  it('TS-14 encrypts every column anew in batches, of further accounts too, then lets the old key go', async () => {
    const old = boot(K1)
    await old.check()
    const refs = []
    for (const text of ['a', 'b']) refs.push(await fill(old, text))
    refs.push(await fill(old, 'c', 'blocks'))
    const rotating = boot(K2, K1)
    await rotating.check()
    const progress: number[] = []
    const result = await rotating.rotate({
      batchSize: 2,
      onBatch: ({ reencrypted }) => void progress.push(reencrypted),
    })
    expect(result).toEqual({ reencrypted: 9, unreadable: 0, retired: [] })
    expect(progress).toEqual([2, 3, 5, 6, 8, 9])
    expect([...(await keysInUse(rotating.database))]).toEqual([['k2', 9]])
    const next = boot(K2)
    await next.check()
    for (const [index, ref] of refs.entries())
      expect(await next.vault.read(ref)).toMatchObject({ tokenCache: ['a', 'b', 'c'][index], version: 1 })
    const names = await next.database.connectedCalendar.findMany()
    expect(names.map((row) => row.name).sort()).toEqual(['a calendar', 'b calendar', 'c calendar'])
    const attempts = await next.database.oAuthAttempt.findMany()
    expect(attempts.map((row) => row.codeVerifier).sort()).toEqual(['a', 'b', 'c'])
    expect(await next.rotate()).toEqual({ reencrypted: 0, unreadable: 0, retired: ['k1'] })
  })

  it('TS-14 F-09 goes on where it was stopped, and everything stays readable in between', async () => {
    const old = boot(K1)
    const refs = []
    for (const text of ['a', 'b', 'c', 'd']) refs.push(await fill(old, text))
    const stop = () => {
      throw new Error('killed')
    }
    const both = boot(K2, K1)
    await expect(both.rotate({ batchSize: 2, onBatch: stop })).rejects.toThrow('killed')
    expect(Object.fromEntries(await keysInUse(both.database))).toEqual({ k1: 10, k2: 2 })
    // An instance that already knows the new key but does not use it yet reads both (step 1 of the rotation).
    const behind = boot(K1, K2)
    for (const ref of refs) expect(await behind.vault.read(ref)).toBeDefined()
    expect(await both.rotate({ batchSize: 2 })).toMatchObject({ reencrypted: 10 })
  })

  it('TS-21 lets a refresh that happens meanwhile win', async () => {
    const old = boot(K1, K2)
    const ref = await fill(old, 'before')
    const rotating = boot(K2, K1)
    // The refresh happens between a row being read and being written again.
    let refresh = async () => {
      const lease = await old.vault.lease(ref, 60_000)
      await old.vault.commit(ref, lease ?? '', 1, { tokenCache: 'after', accessExpiresAt: undefined, scopes: [] })
      refresh = async () => {}
    }
    const racing = new Proxy(rotating.database, {
      get: (target, name, receiver) =>
        name === '$executeRaw'
          ? async (...args: Parameters<typeof target.$executeRaw>) => {
              await refresh()
              return target.$executeRaw(...args)
            }
          : Reflect.get(target, name, receiver),
    })
    expect(await rotateTokenKeys(racing, rotating.ring)).toMatchObject({ reencrypted: 3, unreadable: 0 })
    expect(await rotating.vault.read(ref)).toMatchObject({ tokenCache: 'after', version: 2 })
    expect([...(await keysInUse(rotating.database))]).toEqual([['k2', 3]])
  })

  it('TS-17 leaves what no key decrypts as it is, counts it and goes on', async () => {
    const old = boot(K1)
    const [broken, whole] = [await fill(old, 'a'), await fill(old, 'b')]
    await old.pool.query(`UPDATE calendar_connection SET token_cache = 'v1.k1.AAAA' WHERE id = $1`, [
      broken.connectionId,
    ])
    const rotating = boot(K2, K1)
    expect(await rotating.rotate()).toEqual({ reencrypted: 5, unreadable: 1, retired: [] })
    expect(await rotating.vault.read(whole)).toMatchObject({ tokenCache: 'b' })
    await expect(boot(K2).check()).rejects.toThrow('lacks key k1, which 1 stored values still use')
  })
})
