import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import type { ConnectionStore } from '../../src/ports/connection-store.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { minutesAfter, NOW, newConnection } from '../support/rows.ts'

type Provider = 'GOOGLE' | 'MICROSOFT'
const RIVALS = 6

let test: TestDatabase
let store: ConnectionStore
let accountKey: string
beforeAll(async () => {
  test = await openTestDatabase()
  store = createConnectionStore(test.database)
})
afterAll(() => test.drop())
beforeEach(() => {
  accountKey = randomUUID()
})

const newPractice = () => createPractice(test.database)
const connect = async (practice: Practice, provider: Provider, key = accountKey, now = NOW) => {
  const grant = { accountKey: key, tokenCache: `{"of":"${practice.tenantId}"}` }
  return store.store(newConnection(practice, { provider, grant, now }))
}
const tokensOf = (practice: Practice) => `{"of":"${practice.tenantId}"}`

describe.each<Provider>(['GOOGLE', 'MICROSOFT'])(
  'OA-42 an account of %s that several practices connected',
  (provider) => {
    it('is shared until the last of them lets it go', async () => {
      const [one, two] = [await newPractice(), await newPractice()]
      const [first, second] = [await connect(one, provider), await connect(two, provider)]
      const elsewhere = provider === 'GOOGLE' ? 'MICROSOFT' : 'GOOGLE'
      await connect(await newPractice(), elsewhere)
      await connect(await newPractice(), provider, randomUUID())
      const end = (practice: Practice, id: string) => store.disconnect(practice.tenantId, id, NOW)
      const ended = { provider, needed: false }
      expect(await end(one, first.connectionId)).toMatchObject({ ...ended, tokenCache: tokensOf(one), shared: true })
      expect(await end(two, second.connectionId)).toMatchObject({ ...ended, tokenCache: tokensOf(two), shared: false })
    })

    it('is shared with an account that waits, as long as that may be confirmed', async () => {
      const [one, two] = [await newPractice(), await newPractice()]
      await connect(two, provider, randomUUID())
      const waiting = await connect(two, provider)
      expect(waiting.outcome).toBe('pending')
      for (const [minutes, shared] of [
        [9, true],
        [10, false],
      ] as const) {
        const { connectionId } = await connect(one, provider)
        expect(await store.disconnect(one.tenantId, connectionId, minutesAfter(NOW, minutes))).toMatchObject({ shared })
        await store.shred(connectionId)
      }
    })

    it('is told of where it is replaced, declined and overtaken', async () => {
      const [one, two] = [await newPractice(), await newPractice()]
      const { connectionId } = await connect(two, provider)
      const other = randomUUID()
      await connect(one, provider)
      const replacing = await connect(one, provider, other)
      expect(await store.confirmPending(one.tenantId, replacing.connectionId, NOW)).toMatchObject({
        replaced: { provider, tokenCache: tokensOf(one), shared: true },
      })
      const declined = await connect(one, provider)
      expect(await store.disconnect(one.tenantId, declined.connectionId, NOW)).toMatchObject({ shared: true })
      await connect(one, provider)
      expect(await connect(one, provider)).toMatchObject({ outcome: 'pending', ended: [{ shared: true }] })
      await store.disconnect(two.tenantId, connectionId, NOW)
      expect(await connect(one, provider, other)).toMatchObject({
        outcome: 'reconnected',
        ended: [{ provider, tokenCache: tokensOf(one), shared: false }],
      })
      expect(await connect(one, provider, other)).toMatchObject({ outcome: 'reconnected', ended: [] })
    })

    it('has one last connection, however many let it go at one moment', async () => {
      for (let round = 0; round < 4; round += 1) {
        const live = await Promise.all(
          Array.from({ length: RIVALS }, async () => {
            const practice = await newPractice()
            return { practice, id: (await connect(practice, provider)).connectionId }
          }),
        )
        const ended = await Promise.all(live.map(({ practice, id }) => store.disconnect(practice.tenantId, id, NOW)))
        const last = ended.filter((one) => one?.shared === false)
        expect(last).toHaveLength(1)
        await store.shred(last[0]?.connectionId ?? '')
      }
    })

    it('changes hands in both directions at one moment without a deadlock', async () => {
      const keys = [randomUUID(), randomUUID()] as const
      const practices = await Promise.all([newPractice(), newPractice()])
      for (let round = 0; round < 4; round += 1) {
        for (const [index, practice] of practices.entries()) {
          await connect(practice, provider)
          await connect(practice, provider, keys[index])
        }
        await Promise.all(practices.map((practice, index) => connect(practice, provider, keys[1 - index])))
      }
      expect(await Promise.all(practices.map(({ tenantId }) => store.pending(tenantId, NOW)))).toMatchObject([
        { accountKey: keys[1] },
        { accountKey: keys[0] },
      ])
    })
  },
)
