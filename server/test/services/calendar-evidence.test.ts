import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { CALENDAR_FAILURES, CalendarError, type CalendarFailure } from '../../src/ports/calendar-failure.ts'
import { makeMaintenanceDue } from '../support/evidence.ts'
import type { MockWorld } from '../support/mock-world.ts'
import type { Practice } from '../support/practice.ts'
import { auditOf } from '../support/rows.ts'
import { until } from '../support/until.ts'
import type { PortCall } from '../support/watched-calendar.ts'
import { startWorld } from '../support/world.ts'

/** The mock account's calendars: her default one and another. */
const [MAIN, OTHER] = ['main', 'other']

let world: MockWorld
let practice: Practice
beforeAll(async () => {
  world = await startWorld({ calendars: 'mock' })
})
afterAll(() => world.close())
beforeEach(async () => {
  practice = await world.practice()
})
afterEach(() => {
  world.before = () => {}
  world.calls.length = 0
  world.logs.clear()
})

const store = () => createConnectionStore(world.database.database)
const active = async () => {
  const connection = await store().active(practice.tenantId)
  if (connection === undefined) throw new Error('no connection')
  return connection
}
const calendar = async (externalId: string) => (await active()).calendars.find((one) => one.externalId === externalId)
const error = (reason: CalendarFailure) =>
  new CalendarError(reason, 'x', reason === 'throttled' ? { retryAfterMs: 1000 } : {})
/** Every read that one of these is part of fails, without saying by which. */
const failing = (reason: CalendarFailure, ...ids: readonly string[]) => {
  world.before = ({ method, connection }: PortCall) => {
    if (method === 'getFreeBusy' && connection.calendarIds.some((id) => ids.includes(id))) throw error(reason)
  }
}
const look = async () => (await world.first.slots(practice)).status
const calls = () => world.calls.filter(({ connection }) => connection.tenantId === practice.tenantId)
const asked = () => calls().map(({ connection }) => connection.calendarIds.join('+'))

/** Failures of the tokens, and a pause that the provider asks for, are the account's: nothing more is asked. */
const OF_THE_ACCOUNT: readonly CalendarFailure[] = ['reconnect', 'admin_consent', 'throttled']
const OF_CALENDARS = CALENDAR_FAILURES.filter((reason) => !OF_THE_ACCOUNT.includes(reason))

describe('a read that fails without saying by which calendar', () => {
  it.each(OF_CALENDARS)('is put down to the one that cannot be read by itself: %s', async (reason) => {
    // Read just now: what clears a failure later is the failure, not the age of the last read.
    await store().recordRead(practice.tenantId, (await active()).id, world.clock.now())
    failing(reason, OTHER)
    expect(await look()).toBe(503)
    const row = await until(async () => {
      const found = await calendar(OTHER)
      return found?.failure === undefined ? undefined : found
    })
    expect(row.failure).toBe(reason)
    expect((await calendar(MAIN))?.failure).toBeUndefined()
    expect((await active()).evidence).toMatchObject({ failure: undefined, unreadSince: world.clock.now() })
    expect(world.logs.of('calendar_unreadable')).toMatchObject([{ calendarId: row.id, reason }])
    expect(await auditOf(world.database.pool, practice.tenantId)).not.toContain('calendar_access_lost provider')

    // Whoever looks meanwhile changes nothing about that; when it is read again, it is well.
    expect(await look()).toBe(503)
    expect((await active()).evidence.unreadSince).toBeDefined()
    world.before = () => {}
    expect(await look()).toBe(200)
    expect((await active()).evidence).toMatchObject({ failure: undefined, unreadSince: undefined })
  })

  it.each(CALENDAR_FAILURES)('is the account’s where all calendars fail alike: %s', async (reason) => {
    failing(reason, MAIN, OTHER)
    expect(await look()).toBe(503)
    expect(await until(async () => (await active()).evidence.failure)).toBe(reason)
    expect(world.logs.of('calendar_unreadable')).toEqual([])
  })

  it.each(OF_THE_ACCOUNT)('asks nothing more after %s', async (reason) => {
    failing(reason, OTHER)
    expect(await look()).toBe(503)
    expect((await active()).evidence.failure).toBe(reason)
    expect(asked()).toEqual(['main+other'])
  })

  it.each(OF_THE_ACCOUNT)('asks nothing more after %s, whatever was found before', async (reason) => {
    failing('forbidden', OTHER)
    await look()
    const before = asked().length
    failing(reason, OTHER)
    expect(await look()).toBe(503)
    expect((await active()).evidence.failure).toBe(reason)
    expect(asked().slice(before)).toEqual(['main+other'])
  })

  it('names each where they fail in different ways', async () => {
    const ways = new Map<string, CalendarFailure>([
      [MAIN, 'garbled'],
      [OTHER, 'forbidden'],
    ])
    world.before = ({ method, connection: { calendarIds } }) => {
      const [first = ''] = calendarIds
      if (method === 'getFreeBusy') throw error(ways.get(first) ?? 'garbled')
    }
    expect(await look()).toBe(503)
    expect((await active()).calendars.map(({ externalId, failure }) => [externalId, failure])).toEqual([...ways])
  })

  it('is that calendar’s where it alone is ticked, is not her default one, and the account still lists', async () => {
    const { id } = await active()
    await store().chooseCalendars(practice.tenantId, id, [(await calendar(OTHER))?.id ?? ''])
    failing('forbidden', OTHER)
    expect(await look()).toBe(503)
    expect((await calendar(OTHER))?.failure).toBe('forbidden')
    expect(await auditOf(world.database.pool, practice.tenantId)).not.toContain('calendar_access_lost provider')
  })

  it('is searched for once a minute at most', async () => {
    failing('garbled', MAIN, OTHER)
    for (let n = 0; n < 3; n += 1) expect(await look()).toBe(503)
    expect(asked().filter((ids) => ids !== 'main+other')).toEqual(['main', 'other'])
    world.clock.advance(61_000)
    expect(await look()).toBe(503)
    expect(asked().filter((ids) => ids !== 'main+other')).toEqual(['main', 'other', 'main', 'other'])
  })
})

describe('maintenance', () => {
  const maintain = async () => {
    await makeMaintenanceDue(world.database)
    await world.first.jobs.maintainConnections.maintain()
  }
  const found = { id: 'new', name: 'New', isDefault: false }
  const list = (...more: readonly object[]) => {
    const { listings } = world.calendar.calendars(practice.tenantId)
    listings.splice(2, listings.length, ...more.map((one) => ({ ...found, ...one })))
  }

  it('ticks a new calendar that is hers after one read of it', async () => {
    list({})
    await maintain()
    expect(await calendar('new')).toMatchObject({ blocks: true, failure: undefined })
    expect(asked()).toEqual(['new'])
  })

  it('takes no connection once its process stops', async () => {
    list({})
    const reason = new Error('the process stops')
    await expect(world.first.jobs.maintainConnections.maintain(AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(asked()).toEqual([])
  })

  it('leaves one that cannot be read unticked, and stores why', async () => {
    list({})
    failing('forbidden', 'new')
    await maintain()
    expect(await calendar('new')).toMatchObject({ blocks: false, failure: 'forbidden' })
    expect(await look()).toBe(200)
  })

  it('takes no new calendar while the account cannot be read, and finds it with the next listing', async () => {
    list({})
    failing('reconnect', 'new')
    await maintain()
    expect(await calendar('new')).toBeUndefined()
    world.before = () => {}
    await maintain()
    expect(await calendar('new')).toMatchObject({ blocks: true })
  })

  it('offers what is not hers unticked, without reading it', async () => {
    list({ id: 'a', kind: 'foreign', ownerName: 'Bea Muster' }, { id: 'b', kind: 'hidden' })
    await maintain()
    expect(await calendar('a')).toMatchObject({ blocks: false, kind: 'foreign', ownerName: 'Bea Muster' })
    expect(await calendar('b')).toMatchObject({ blocks: false, kind: 'hidden', ownerName: undefined })
    expect(asked()).toEqual([])
  })

  it('of many new calendars reads and ticks twenty', async () => {
    list(...Array.from({ length: 30 }, (_, n) => ({ id: `new-${n}` })))
    await maintain()
    const { calendars } = await active()
    expect(calendars).toHaveLength(32)
    expect(calendars.filter(({ blocks }) => blocks)).toHaveLength(22)
    expect(calls().map(({ connection }) => connection.calendarIds.length)).toEqual([20])
  })
})
