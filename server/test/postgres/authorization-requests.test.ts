import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { createAuthorizationRequestStore } from '../../src/adapters/postgres/connections/authorization-request-store.ts'
import type { AuthorizationRequestStore } from '../../src/ports/authorization-request-store.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { minutesAfter, NOW } from '../support/rows.ts'

let test: TestDatabase
let store: AuthorizationRequestStore
let practice: Practice
beforeAll(async () => {
  test = await openTestDatabase()
  store = createAuthorizationRequestStore(test.database)
  practice = await createPractice(test.database)
})
afterAll(() => test.drop())

async function started(more: { sessionHash?: string; now?: Date } = {}) {
  const request = {
    id: randomUUID(),
    tenantId: practice.tenantId,
    userId: practice.userId,
    provider: 'MICROSOFT' as const,
    nonce: 'nonce',
    codeVerifier: 'canary-verifier',
    access: 'bookings' as const,
  }
  const { now = NOW, sessionHash = randomUUID() } = more
  const stateHash = randomUUID()
  await store.start({ ...request, sessionHash, stateHash, now, expiresAt: minutesAfter(now, 10) })
  const { tenantId, userId, provider } = request
  return { request, match: { stateHash, sessionHash, userId, tenantId, provider, now: minutesAfter(now, 5) } }
}

describe('authorization requests', () => {
  it('OA-02 authorization requests are used up by the first who matches', async () => {
    const { request, match } = await started()
    expect(await store.consume(match)).toEqual(request)
    expect(await store.consume(match)).toBeUndefined()
  })

  it('OA-02 give one of 50 equal callbacks in two processes what it needs', async () => {
    const { match } = await started()
    const other = openDatabase(test.url, test.ring)
    const stores = [store, createAuthorizationRequestStore(other.database)]
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (stores[index % 2] ?? store).consume(match)),
    )
    expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1)
    await other.close()
  })

  it('OA-03 OA-04 OA-05 authorization requests are bound to state, session, user, tenant, provider and ten minutes', async () => {
    const { match } = await started()
    const stranger = await createPractice(test.database)
    const others = [
      { stateHash: 'x' },
      { sessionHash: 'x' },
      { userId: stranger.userId },
      { tenantId: stranger.tenantId },
      { provider: 'GOOGLE' as const },
      { now: minutesAfter(NOW, 10) },
    ]
    for (const other of others) expect(await store.consume({ ...match, ...other })).toBeUndefined()
    expect(await store.consume(match)).toBeDefined()
  })

  it('OA-08 keep the verifier sealed', async () => {
    const { request } = await started()
    const { rows } = await test.pool.query('SELECT code_verifier FROM oauth_attempt WHERE id = $1', [request.id])
    expect(rows[0].code_verifier).toMatch(/^v1\.k1\./)
  })

  it('OA-28 leave a session its five newest unused ones', async () => {
    const sessionHash = randomUUID()
    const requests: Awaited<ReturnType<typeof started>>[] = []
    for (let minute = 0; minute < 6; minute += 1)
      requests.push(await started({ sessionHash, now: minutesAfter(NOW, minute / 10) }))
    const consumed = await Promise.all(requests.map(({ match }) => store.consume(match)))
    expect(consumed.map((outcome) => outcome !== undefined)).toEqual([false, true, true, true, true, true])
  })
})
