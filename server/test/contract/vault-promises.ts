import { expect } from 'vitest'
import type { ConnectionRef, TokenVault } from '../../src/ports/token-vault.ts'
import { AGAIN, FIRST, tokens, type VaultPromise } from './vault-under-test.ts'

const SECOND = tokens('second')
const MINUTE_MS = 60_000

async function leased(vault: TokenVault, ref: ConnectionRef, milliseconds = MINUTE_MS): Promise<string> {
  const lease = await vault.lease(ref, milliseconds)
  if (lease === undefined) throw new Error('Somebody else has the lease')
  return lease
}

const READING: readonly VaultPromise[] = [
  {
    title: 'TS-20 INV-5 read and status give the tokens of this connection of this tenant, and of no other pair',
    async prove({ vault, connect }) {
      const [mine, theirs] = [await connect(), await connect()]
      expect(await vault.read(mine)).toEqual({ ...FIRST, version: 1 })
      expect(await vault.status(mine)).toEqual({ version: 1, pausedForMs: 0 })
      const mixed = { tenantId: mine.tenantId, connectionId: theirs.connectionId }
      expect([await vault.read(mixed), await vault.status(mixed), await vault.lease(mixed, 1000)]).toEqual([
        undefined,
        undefined,
        undefined,
      ])
      const lease = await leased(vault, theirs)
      expect(await vault.commit(mixed, lease, 1, SECOND)).toBeUndefined()
      await vault.release(mixed, lease)
      await vault.pause(mixed, MINUTE_MS)
      expect(await vault.lease(theirs, 1000)).toBeUndefined()
      expect(await vault.read(theirs)).toEqual({ ...FIRST, version: 1 })
      expect(await vault.status(theirs)).toEqual({ version: 1, pausedForMs: 0 })
    },
  },
  {
    title: 'TS-23 a connection that was disconnected has no tokens, no status and no lease, and takes none',
    async prove({ vault, another, connect, disconnect }) {
      const ref = await connect()
      const lease = await leased(vault, ref)
      await disconnect(ref)
      for (const seen of [vault, another]) {
        expect([await seen.read(ref), await seen.status(ref), await seen.lease(ref, 1000)]).toEqual([
          undefined,
          undefined,
          undefined,
        ])
        expect(await seen.commit(ref, lease, 1, SECOND)).toBeUndefined()
      }
    },
  },
  {
    title: 'a reconnection shows its tokens under the next version',
    async prove({ vault, another, connect, reconnect }) {
      const ref = await connect()
      await reconnect(ref)
      expect(await vault.status(ref)).toEqual({ version: 2, pausedForMs: 0 })
      expect(await another.read(ref)).toEqual({ ...AGAIN, version: 2 })
    },
  },
]

const LEASES: readonly VaultPromise[] = [
  {
    title: 'TS-22 F-43 of many who ask for the lease at once, in two processes, one has it',
    async prove({ vault, another, connect }) {
      const ref = await connect()
      const asked = Array.from({ length: 12 }, (_, index) => (index % 2 ? vault : another).lease(ref, MINUTE_MS))
      expect((await Promise.all(asked)).filter((lease) => lease !== undefined)).toHaveLength(1)
    },
  },
  {
    title: 'F-05 F-71 a lease ends with its time, whatever a process believes of the time',
    async prove({ vault, another, connect, pass }) {
      const ref = await connect()
      await leased(vault, ref, MINUTE_MS)
      await pass(MINUTE_MS / 2)
      expect(await another.lease(ref, 1000)).toBeUndefined()
      await pass(MINUTE_MS)
      expect(await another.lease(ref, 1000)).toBeDefined()
    },
  },
  {
    title: 'release gives the lease to the next who asks, and leaves that of a successor alone',
    async prove({ vault, connect, pass }) {
      const ref = await connect()
      const first = await leased(vault, ref, MINUTE_MS)
      await vault.release(ref, first)
      const second = await leased(vault, ref, MINUTE_MS)
      await vault.release(ref, first)
      expect(await vault.lease(ref, 1000)).toBeUndefined()
      await pass(2 * MINUTE_MS)
      await leased(vault, ref)
      await vault.release(ref, second)
      expect(await vault.lease(ref, 1000)).toBeUndefined()
    },
  },
]

const COMMITS: readonly VaultPromise[] = [
  {
    title: 'TS-21 commit stores under the next version, gives the lease back, and counts once',
    async prove({ vault, another, connect }) {
      const ref = await connect()
      const lease = await leased(vault, ref)
      expect(await vault.commit(ref, lease, 1, SECOND)).toBe(2)
      expect(await another.read(ref)).toEqual({ ...SECOND, version: 2 })
      expect(await another.status(ref)).toEqual({ version: 2, pausedForMs: 0 })
      expect(await vault.commit(ref, lease, 2, AGAIN)).toBeUndefined()
      expect(await another.lease(ref, 1000)).toBeDefined()
    },
  },
  {
    title: 'TS-21 F-43 of several who commit at once one counts',
    async prove({ vault, another, connect }) {
      const ref = await connect()
      const lease = await leased(vault, ref)
      const versions = await Promise.all(
        ['a', 'b', 'c', 'd'].map((text, index) => (index % 2 ? vault : another).commit(ref, lease, 1, tokens(text))),
      )
      expect(versions.filter((version) => version !== undefined)).toEqual([2])
      expect(await vault.status(ref)).toEqual({ version: 2, pausedForMs: 0 })
    },
  },
  {
    title: 'TS-21 commit refuses what is based on an older version',
    async prove({ vault, connect, reconnect }) {
      const ref = await connect()
      await reconnect(ref)
      expect(await vault.commit(ref, await leased(vault, ref), 1, SECOND)).toBeUndefined()
      expect(await vault.read(ref)).toEqual({ ...AGAIN, version: 2 })
    },
  },
  {
    title: 'F-44 INV-8 commit refuses an answer that comes after the lease went to somebody else',
    async prove({ vault, another, connect, pass }) {
      const ref = await connect()
      const slow = await leased(vault, ref)
      await pass(2 * MINUTE_MS)
      const fast = await leased(another, ref)
      expect(await vault.commit(ref, slow, 1, SECOND)).toBeUndefined()
      expect(await another.commit(ref, fast, 1, AGAIN)).toBe(2)
      expect(await vault.commit(ref, slow, 2, SECOND)).toBeUndefined()
      expect(await vault.read(ref)).toEqual({ ...AGAIN, version: 2 })
    },
  },
  {
    title: 'INV-8 a reconnection ends the lease: what an older grant brings is refused',
    async prove({ vault, connect, reconnect }) {
      const ref = await connect()
      const lease = await leased(vault, ref)
      await reconnect(ref)
      expect(await vault.commit(ref, lease, 2, SECOND)).toBeUndefined()
      expect(await vault.read(ref)).toEqual({ ...AGAIN, version: 2 })
    },
  },
  {
    title: 'commit still takes what comes after the end of a lease that nobody else has taken',
    async prove({ vault, connect, pass }) {
      const ref = await connect()
      const lease = await leased(vault, ref)
      await pass(2 * MINUTE_MS)
      expect(await vault.commit(ref, lease, 1, SECOND)).toBe(2)
    },
  },
]

const PAUSES: readonly VaultPromise[] = [
  {
    title: 'INV-11 F-14 F-71 a pause counts for every connection to the mailbox, in every process, and for no other',
    async prove({ vault, another, connect, pass }) {
      const [one, sameMailbox, other] = [await connect('shared'), await connect('shared'), await connect()]
      await vault.pause(one, MINUTE_MS)
      for (const ref of [one, sameMailbox]) {
        const { pausedForMs = 0 } = (await another.status(ref)) ?? {}
        expect(pausedForMs).toBeGreaterThan(MINUTE_MS / 2)
        expect(pausedForMs).toBeLessThanOrEqual(MINUTE_MS)
      }
      expect(await another.status(other)).toEqual({ version: 1, pausedForMs: 0 })
      await pass(MINUTE_MS)
      expect(await another.status(sameMailbox)).toEqual({ version: 1, pausedForMs: 0 })
    },
  },
  {
    title: 'INV-11 a shorter pause does not shorten a longer one',
    async prove({ vault, connect, pass }) {
      const ref = await connect()
      await vault.pause(ref, 2 * MINUTE_MS)
      await vault.pause(ref, 1000)
      await pass(MINUTE_MS)
      expect((await vault.status(ref))?.pausedForMs).toBeGreaterThan(0)
    },
  },
  {
    title: 'INV-11 a pause outlives a newer version, a reconnection, and the connection that was asked for it',
    async prove({ vault, connect, reconnect, disconnect }) {
      const [ref, sameMailbox] = [await connect('shared'), await connect('shared')]
      await vault.pause(ref, MINUTE_MS)
      const left = async (of: ConnectionRef) => (await vault.status(of))?.pausedForMs ?? 0
      await vault.commit(ref, await leased(vault, ref), 1, SECOND)
      expect(await left(ref)).toBeGreaterThan(0)
      await reconnect(ref)
      expect(await left(ref)).toBeGreaterThan(0)
      await disconnect(ref)
      expect(await left(sameMailbox)).toBeGreaterThan(0)
      expect(await left(await connect('shared'))).toBeGreaterThan(0)
    },
  },
]

export const VAULT_PROMISES: readonly VaultPromise[] = [...READING, ...LEASES, ...COMMITS, ...PAUSES]
