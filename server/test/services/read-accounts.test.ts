import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMockCalendar, type MockCalendarBinding } from '../../src/adapters/mock-calendar/index.ts'
import { createTenantStore } from '../../src/adapters/postgres/accounts/tenant-store.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import type { Interval } from '../../src/domain/interval.ts'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import type { ConnectionStore } from '../../src/ports/connection-store.ts'
import { silentLog } from '../../src/ports/log.ts'
import type { Tenant } from '../../src/ports/tenant-store.ts'
import { createReadFreeBusy } from '../../src/services/read-free-busy.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { google, outlook } from '../support/fixtures.ts'
import { MovableClock } from '../support/movable-clock.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { type ReadConnected, readConnected } from '../support/read-connected.ts'
import { newConnection } from '../support/rows.ts'
import { hoursAfter, TUESDAY_9 } from '../support/times.ts'
import { until } from '../support/until.ts'
import { watchedBinding } from '../support/watched-calendar.ts'

/** A read that waits until the test lets it go. */
interface Held {
  readonly connectionId: string
  release(): void
  fail(error: CalendarError): void
}

const clock = new MovableClock(new Date(TUESDAY_9))
const DAY = { start: new Date(TUESDAY_9), end: hoursAfter(TUESDAY_9, 8) }
const calendars = [{ id: 'main', name: 'Calendar', isDefault: true }]
const away = new CalendarError('unavailable', 'away')

type Parts = Parameters<typeof createReadFreeBusy>[0]['connections']

let test: TestDatabase
let store: ConnectionStore
let practice: Practice
let tenant: Tenant
let atMicrosoft: MockCalendarBinding
let atGoogle: MockCalendarBinding
let freeBusy: ReadConnected
let readerOf: (connections: Parts & Pick<ConnectionStore, 'connected'>) => ReadConnected
let receiving: string
let held: Held[]
/** The connections whose reads failed. */
let failed: string[]

beforeAll(async () => {
  test = await openTestDatabase()
  store = createConnectionStore(test.database)
})
afterAll(() => test.drop())

beforeEach(async () => {
  held = []
  failed = []
  practice = await createPractice(test.database)
  const brought = newConnection(practice, { grant: { accountKey: practice.tenantId }, calendars, now: clock.now() })
  receiving = (await store.store(brought)).connectionId
  const found = await createTenantStore(test.database).byId(practice.tenantId)
  if (found === undefined) throw new Error('no tenant')
  tenant = found
  atMicrosoft = createMockCalendar({ features: outlook, clock })
  atGoogle = createMockCalendar({ features: google, clock })
  const hold = (of: MockCalendarBinding) =>
    watchedBinding(
      of,
      ({ connection: { id } }) =>
        new Promise((resolve, reject) => held.push({ connectionId: id, release: resolve, fail: reject })),
    )
  readerOf = (connections) =>
    readConnected(
      createReadFreeBusy({
        connections,
        evidence: { failed: async ({ connection }) => void failed.push(connection.id) },
        providers: { MICROSOFT: hold(atMicrosoft), GOOGLE: hold(atGoogle) },
        clock,
        log: silentLog,
        freshMs: 0,
        maxAgeMs: 0,
      }),
      connections,
    )
  freeBusy = readerOf(store)
})

/** One more account, at Google. */
const add = async (account: string): Promise<string> => {
  const grant = { accountKey: `${tenant.id}:${account}` }
  const brought = newConnection(practice, { provider: 'GOOGLE', grant, calendars, now: clock.now() })
  const outcome = await store.storeFurther(brought, 'add')
  if (!('connectionId' in outcome)) throw new Error(outcome.outcome)
  return outcome.connectionId
}
const busyIn = (binding: MockCalendarBinding, accountKey: string, span: Interval) => {
  binding.controls.signInAs({ key: accountKey, address: 'person@therapist.example' })
  binding.controls.addExternalEvent(tenant.id, span)
}
const reads = (count: number) => until(() => held.length === count)
const heldOf = (id: string) => held.filter(({ connectionId }) => connectionId === id)
const hour = (from: number) => ({ start: hoursAfter(DAY.start, from), end: hoursAfter(DAY.start, from + 1) })

describe('reads of several accounts', () => {
  it('go out side by side and block together, each by its own provider’s adapter', async () => {
    const ids = [receiving, await add('own')].sort()
    busyIn(atMicrosoft, tenant.id, hour(0))
    busyIn(atGoogle, `${tenant.id}:own`, hour(3))
    const answer = freeBusy.forSlots(tenant, DAY)
    await reads(2)
    expect(held.map(({ connectionId }) => connectionId).sort()).toEqual(ids)
    for (const { release } of held) release()
    expect(await answer).toMatchObject({ known: true, busy: [hour(0), hour(3)], check: 'FRESH' })
  })

  it('INV-13 are shared for each account by all who ask for the same', async () => {
    await add('own')
    let asked = 0
    const counted = readerOf({
      connected: async (id) => {
        const found = await store.connected(id)
        asked += 1
        return found
      },
      recordRead: store.recordRead,
      recordFailure: store.recordFailure,
      recordMismatch: store.recordMismatch,
    })
    const answers = Array.from({ length: 50 }, () => counted.forSlots(tenant, DAY))
    await until(() => asked === 50)
    await reads(2)
    for (const { release } of held) release()
    expect(await Promise.all(answers)).toHaveLength(50)
    expect(held).toHaveLength(2)
  })

  it('INV-7 are unknown together where one fails, and the failure is that account’s alone', async () => {
    const own = await add('own')
    const answer = freeBusy.forSlots(tenant, DAY)
    await reads(2)
    heldOf(own)[0]?.fail(away)
    heldOf(receiving)[0]?.release()
    expect(await answer).toMatchObject({ known: false, because: 'unavailable', connectionIds: [own] })
    expect(failed).toEqual([own])
  })

  it('INV-7 INV-11 none goes out while a person must act for one', async () => {
    const own = await add('own')
    await store.recordFailure(tenant.id, own, 'reconnect', clock.now())
    const closed = { known: false, because: 'reconnect', connectionIds: [own] }
    expect(await freeBusy.forSlots(tenant, DAY)).toMatchObject(closed)
    expect(await freeBusy.forConfirmation(tenant, DAY)).toMatchObject(closed)
    expect(held).toEqual([])
  })

  it('F-45 a confirmation reads all of five afresh, and one that hangs holds it no longer than one deadline', async () => {
    for (const account of ['a', 'b', 'c', 'd']) await add(account)
    const connected = await store.connected(tenant.id)
    const ids = connected.map(({ id }) => id)
    const hanging = ids[2] ?? ''
    const five = readerOf({
      connected: async () => connected,
      recordRead: async () => {},
      recordFailure: async () => {},
      recordMismatch: async () => false,
    })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const answer = five.forConfirmation(tenant, DAY)
    await vi.advanceTimersByTimeAsync(0)
    expect(held).toHaveLength(5)
    for (const { connectionId, release } of held) if (connectionId !== hanging) release()
    await vi.advanceTimersByTimeAsync(2_000)
    vi.useRealTimers()
    expect(await answer).toEqual({
      known: false,
      because: 'timeout',
      retryAfterMs: undefined,
      connectionIds: [hanging],
    })
    heldOf(hanging)[0]?.fail(new CalendarError('timeout', 'the adapter gives up, too'))
    await until(() => failed.length === 1)
    expect(failed).toEqual([hanging])
    const again = five.forConfirmation(tenant, DAY)
    await reads(10)
    for (const { release } of held) release()
    expect(await again).toMatchObject({ known: true, connectionIds: ids })
  })

  it('INV-7 goes on for those that block when the one that receives is gone', async () => {
    const own = await add('own')
    await store.disconnect(tenant.id, receiving, clock.now())
    busyIn(atGoogle, `${tenant.id}:own`, hour(3))
    const answer = freeBusy.forConfirmation(tenant, DAY)
    await reads(1)
    heldOf(own)[0]?.release()
    expect(await answer).toMatchObject({ known: true, check: 'FRESH', busy: [hour(3)] })
  })
})
