import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMockCalendar, type MockCalendarBinding } from '../../src/adapters/mock-calendar/index.ts'
import { createTenantStore } from '../../src/adapters/postgres/accounts/tenant-store.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import type { FreeBusyResult } from '../../src/ports/calendar-provider.ts'
import { silentLog } from '../../src/ports/log.ts'
import type { Tenant } from '../../src/ports/tenant-store.ts'
import { createReadFreeBusy } from '../../src/services/read-free-busy.ts'
import { outlook } from '../support/fixtures.ts'
import type { MockWorld } from '../support/mock-world.ts'
import type { Practice } from '../support/practice.ts'
import { type ReadConnected, readConnected } from '../support/read-connected.ts'
import { hoursAfter, TUESDAY_9 } from '../support/times.ts'
import { until } from '../support/until.ts'
import { watchedBinding } from '../support/watched-calendar.ts'
import { startWorld } from '../support/world.ts'

/** A read that waits until the test lets it go. */
interface Held {
  release(): void
  fail(error: CalendarError): void
}

let world: MockWorld
let tenant: Tenant
let practice: Practice
let mock: MockCalendarBinding
let freeBusy: ReadConnected
let held: Held[]
let asked: number

beforeAll(async () => {
  world = await startWorld({ calendars: 'mock' })
})
afterAll(() => world.close())

beforeEach(async () => {
  held = []
  asked = 0
  practice = await world.practice()
  const found = await createTenantStore(world.database.database).byId(practice.tenantId)
  if (found === undefined) throw new Error('no tenant')
  tenant = found
  mock = createMockCalendar({ features: outlook, clock: world.clock })
  const holding = watchedBinding(
    mock,
    () => new Promise((resolve, reject) => held.push({ release: resolve, fail: reject })),
  )
  const connections = createConnectionStore(world.database.database)
  const reader = createReadFreeBusy({
    connections: {
      ...connections,
      recordRead: (...read) => connections.recordRead(...read),
      recordFailure: (...failure) => connections.recordFailure(...failure),
    },
    evidence: { failed: async () => {} },
    providers: { MICROSOFT: holding, GOOGLE: undefined },
    clock: world.clock,
    log: silentLog,
    freshMs: 0,
    maxAgeMs: 0,
  })
  freeBusy = readConnected(reader, {
    connected: async (tenantId) => {
      const found = await connections.connected(tenantId)
      asked += 1
      return found
    },
  })
})

const DAY = { start: new Date(TUESDAY_9), end: hoursAfter(TUESDAY_9, 8) }
const reads = (count: number) => until(() => held.length === count)
const everyoneAsked = async (count: number) => {
  await until(() => asked === count)
  // What follows the question needs no further turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve))
}
const block = () => mock.controls.addExternalEvent(tenant.id, { start: DAY.start, end: hoursAfter(DAY.start, 1) })
const away = new CalendarError('unavailable', 'away')

describe('reads for slot pages', () => {
  it('PG-37 is asked by calendar for the therapist alone, and then knows more than a read for clients', async () => {
    block()
    const asClient = freeBusy.forSlots(tenant, DAY)
    const asTherapist = freeBusy.forSlots(tenant, DAY, undefined, { byCalendar: true })
    await reads(2)
    for (const { release } of held) release()
    const [first, second] = await Promise.all([asClient, asTherapist])
    expect(first).toMatchObject({ known: true, calendars: undefined })
    expect(second).toMatchObject({ known: true, calendars: [{ busy: [{ kind: 'busy' }] }, { busy: [] }] })
  })

  it('INV-13 T-36 100 clients who ask for the same at once share one read', async () => {
    const answers = Array.from({ length: 100 }, () => freeBusy.forSlots(tenant, DAY))
    await everyoneAsked(100)
    expect(held).toHaveLength(1)
    held[0]?.release()
    const all = await Promise.all(answers)
    expect(new Set(all.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(all[0]).toMatchObject({ known: true, busy: [], checkedAt: world.clock.now() })
    expect(held).toHaveLength(1)
  })

  it('INV-5 reads are not shared with another tenant, nor with another window', async () => {
    const other = await createTenantStore(world.database.database).byId((await world.practice()).tenantId)
    if (other === undefined) throw new Error('no tenant')
    const answers = [
      freeBusy.forSlots(tenant, DAY),
      freeBusy.forSlots(other, DAY),
      freeBusy.forSlots(tenant, { start: DAY.start, end: hoursAfter(DAY.start, 1) }),
    ]
    await reads(3)
    for (const { release } of held) release()
    await Promise.all(answers)
  })

  it('a client who leaves does not end the read of the others', async () => {
    const leaving = new AbortController()
    const left = freeBusy.forSlots(tenant, DAY, leaving.signal)
    const stayed = freeBusy.forSlots(tenant, DAY)
    await everyoneAsked(2)
    leaving.abort()
    await expect(left).rejects.toBe(leaving.signal.reason)
    held[0]?.release()
    expect(await stayed).toMatchObject({ known: true })
    expect(held).toHaveLength(1)
  })

  it('whoever comes after a failure gets a read of her own', async () => {
    const first = freeBusy.forSlots(tenant, DAY)
    await reads(1)
    held[0]?.fail(away)
    expect(await first).toMatchObject({ known: false, because: 'unavailable' })
    const second = freeBusy.forSlots(tenant, DAY)
    await reads(2)
    held[1]?.release()
    expect(await second).toMatchObject({ known: true })
  })
})

describe('T-36 a flood of slot pages', () => {
  const window = (hour: number) => ({ start: hoursAfter(DAY.start, hour), end: DAY.end })

  it('takes two reads of a connection at a time: a confirmation reads at once', async () => {
    const pages = [0, 1, 2].map((hour) => freeBusy.forSlots(tenant, window(hour)))
    await everyoneAsked(3)
    expect(held).toHaveLength(2)
    const confirmed = freeBusy.forConfirmation(tenant, DAY)
    await reads(3)
    held[2]?.release()
    expect(await confirmed).toMatchObject({ known: true, check: 'FRESH' })
    held[0]?.release()
    await reads(4)
    for (const { release } of held) release()
    expect(await Promise.all(pages)).toMatchObject([{ known: true }, { known: true }, { known: true }])
  })

  it('whose turn does not come is told so, and nothing is said of the calendar', async () => {
    const connection = await createConnectionStore(world.database.database).active(tenant.id)
    const failures: unknown[] = []
    const hanging = watchedBinding(mock, () => new Promise((_resolve, fail) => held.push({ release: fail, fail })))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const reader = createReadFreeBusy({
      connections: {
        recordRead: async () => {},
        recordFailure: async () => {},
        recordMismatch: async () => false,
      },
      evidence: { failed: async (_reading, error) => void failures.push(error) },
      providers: { MICROSOFT: hanging, GOOGLE: undefined },
      clock: world.clock,
      log: silentLog,
      freshMs: 0,
      maxAgeMs: 0,
    })
    const flooded = readConnected(reader, {
      connected: async () => [connection].filter((one) => one !== undefined),
    })
    const pages = [0, 1, 2].map((hour) => flooded.forSlots(tenant, window(hour)))
    await vi.advanceTimersByTimeAsync(4_000)
    vi.useRealTimers()
    expect(await pages[2]).toMatchObject({ known: false, because: 'timeout' })
    expect(held).toHaveLength(2)
    expect(failures).toEqual([])
    for (const { fail } of held) fail(away)
    await Promise.all(pages)
    expect(failures).toHaveLength(2)
  })
})

describe('reads for confirmations', () => {
  it('never join one that began earlier, not even another confirmation’s', async () => {
    const first = freeBusy.forConfirmation(tenant, DAY)
    await reads(1)
    const busyOf = (result: Pick<FreeBusyResult, 'busy'>) => result.busy.length
    const later = [freeBusy.forConfirmation(tenant, DAY), freeBusy.forConfirmation(tenant, DAY)]
    await everyoneAsked(3)
    held[0]?.release()
    const before = await first
    block()
    await reads(2)
    held[1]?.release()
    const after = await Promise.all(later)
    expect(held).toHaveLength(2)
    expect(before).toMatchObject({ known: true, check: 'FRESH', busy: [] })
    for (const answer of after) expect(answer.known && busyOf(answer)).toBe(1)
  })

  it('begin although the page’s read still runs', async () => {
    const page = freeBusy.forSlots(tenant, DAY)
    await reads(1)
    block()
    const confirmation = freeBusy.forConfirmation(tenant, DAY)
    await reads(2)
    held[1]?.release()
    expect(await confirmation).toMatchObject({ known: true, busy: [{ start: DAY.start }] })
    held[0]?.release()
    await page
  })

  it('of those who wait together, the failure of the first is not the failure of the next', async () => {
    const first = freeBusy.forConfirmation(tenant, DAY)
    await reads(1)
    const second = freeBusy.forConfirmation(tenant, DAY)
    await everyoneAsked(2)
    held[0]?.fail(away)
    expect(await first).toMatchObject({ known: false })
    await reads(2)
    held[1]?.release()
    expect(await second).toMatchObject({ known: true })
  })

  it('begin nothing for a client who has left', async () => {
    const answer = freeBusy.forConfirmation(tenant, DAY, AbortSignal.abort())
    await expect(answer).rejects.toThrow('aborted')
    expect(held).toHaveLength(0)
  })
})
