import { createServer } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMockCalendar } from '../../src/adapters/mock-calendar/index.ts'
import { createTenantStore } from '../../src/adapters/postgres/accounts/tenant-store.ts'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { calendarProviders, compose } from '../../src/di.ts'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import type { CalendarProviderType } from '../../src/ports/calendar-provider-type.ts'
import { bindingFor, type CalendarRegistry, ProviderMismatch } from '../../src/ports/calendar-registry.ts'
import { createPickCalendar } from '../../src/services/pick-calendar.ts'
import { configFor } from '../support/environment.ts'
import { bookingsOf, makeDue, makeMaintenanceDue } from '../support/evidence.ts'
import { google, outlook } from '../support/fixtures.ts'
import { LogRecorder } from '../support/log-recorder.ts'
import { MemoryVault } from '../support/memory-vault.ts'
import type { MockWorld } from '../support/mock-world.ts'
import type { Practice } from '../support/practice.ts'
import { type Process, serve } from '../support/process.ts'
import { signIn } from '../support/therapist.ts'
import { hoursAfter, TUESDAY_9 } from '../support/times.ts'
import { watchedBinding } from '../support/watched-calendar.ts'
import { startWorld } from '../support/world.ts'

let world: MockWorld
let practice: Practice
/** Where both providers have a calendar. */
let both: Process
let providers: CalendarRegistry
/** Calls of either calendar for the practice of the test: method and provider. */
const calls: string[] = []
const log = new LogRecorder()
const errors = () => log.entries.filter(({ level }) => level === 'error')

const processWith = async (served: CalendarRegistry): Promise<Process> => {
  const stores = openDatabase(world.database.url, world.database.ring, { log })
  const worker = { running: () => true }
  const { app, jobs } = compose(
    world.config,
    { ...stores, worker },
    { clock: world.clock, log, providers: () => served },
  )
  return serve(createServer(app), jobs, stores)
}

beforeAll(async () => {
  world = await startWorld({ calendars: 'mock', env: { CALENDAR_FRESH_SECONDS: '20' } })
  const watched = (provider: CalendarProviderType, features: typeof outlook) =>
    watchedBinding(createMockCalendar({ features, clock: world.clock }), async ({ method, connection }) => {
      if (connection.tenantId === practice.tenantId) calls.push(`${method} ${provider}`)
    })
  providers = { GOOGLE: watched('GOOGLE', google), MICROSOFT: watched('MICROSOFT', outlook) }
  both = await processWith(providers)
})
afterAll(async () => {
  await both.close()
  await world.close()
})

beforeEach(async () => {
  practice = await world.practice()
  await world.database.pool.query('DELETE FROM graphile_worker._private_jobs')
  calls.length = 0
  log.clear()
})

const nameProvider = (provider: CalendarProviderType) =>
  world.database.pool.query('UPDATE tenant SET calendar_provider = $2::"CalendarProviderType" WHERE id = $1', [
    practice.tenantId,
    provider,
  ])
const tenantNow = async () => {
  const tenant = await createTenantStore(world.database.database).byId(practice.tenantId)
  if (tenant === undefined) throw new Error('no tenant')
  return tenant
}
const active = () => createConnectionStore(world.database.database).active(practice.tenantId)
const rows = () => bookingsOf(world.database, practice)
const workOn = async (process = both) => {
  await createBookingStore(world.database.database).requeue()
  await makeDue(world.database)
  await process.work()
}
const settingsPage = async ({ origin }: Process) => {
  const therapist = await signIn(origin, practice)
  const { status, text } = await therapist.settings()
  return { status, text }
}
const notServed = (code: string) => ({
  level: 'error',
  event: 'connection_not_served',
  fields: expect.objectContaining({ tenantId: practice.tenantId, provider: 'MICROSOFT', code }),
})

describe('the tenant’s column picks the adapter', () => {
  const registered = {
    CALENDAR_ADAPTERS: 'real',
    GOOGLE_CLIENT_ID: 'g'.repeat(20),
    GOOGLE_CLIENT_SECRET: 'gs'.repeat(20),
    MICROSOFT_CLIENT_ID: '4f6c2a52-2b5c-4b43-9f0c-4b1a3d9b7c11',
    MICROSOFT_CLIENT_SECRET: 'ms'.repeat(20),
  }

  it.each([
    ['the real adapters', registered],
    ['the mock calendar behind both names', { CALENDAR_ADAPTERS: 'mock' }],
  ] as const)('and nothing else does: %s', async (_, environment) => {
    practice = await world.practice('none')
    const parts = { vault: new MemoryVault(world.clock), clock: world.clock, log }
    const made = calendarProviders(configFor(world.database, environment), parts)
    for (const [column, slug] of [
      ['MICROSOFT', 'microsoft'],
      ['GOOGLE', 'google'],
    ] as const) {
      await nameProvider(column)
      const binding = bindingFor(made, await tenantNow())
      expect(binding).toBe(made[column])
      expect(binding.features.slug).toBe(slug)
    }
  })

  it('the calendar that a connected tenant’s column names is read and written', async () => {
    expect((await both.book(practice)).status).toBe(201)
    await workOn()
    expect(calls).toEqual(['getFreeBusy MICROSOFT', 'createEvent MICROSOFT'])
  })

  it('nobody answers for a name without a registration', async () => {
    const pick = () => bindingFor({ ...providers, MICROSOFT: undefined }, { calendarProvider: 'MICROSOFT' })
    expect(pick).toThrow(expect.objectContaining({ reason: 'misconfigured', code: 'not_registered' }))
  })
})

describe('a column that names another provider than the active connection', () => {
  it('is an error with a type of its own', async () => {
    await nameProvider('GOOGLE')
    const tenant = await tenantNow()
    const connection = await active()
    expect(() => bindingFor(providers, tenant, connection)).toThrow(ProviderMismatch)
    expect(new ProviderMismatch()).toMatchObject({ reason: 'misconfigured', code: 'provider_mismatch' })
    expect(new ProviderMismatch()).toBeInstanceOf(CalendarError)
  })

  it('INV-7 is unknown, not free, to slots and confirmations, whatever was read before; no calendar is asked', async () => {
    expect((await both.slots(practice)).status).toBe(200)
    calls.length = 0
    await nameProvider('GOOGLE')
    expect((await both.slots(practice)).status).toBe(503)
    expect((await both.book(practice)).status).toBe(503)
    expect(await rows()).toEqual([])
    expect(calls).toEqual([])
    expect(errors()).toContainEqual(notServed('provider_mismatch'))
    await nameProvider('MICROSOFT')
    expect((await both.slots(practice)).status).toBe(200)
    expect((await both.book(practice)).status).toBe(201)
  })

  it('INV-2 lets writes and removals wait, and loses none', async () => {
    const ids = [await both.book(practice), await both.book(practice, { start: hoursAfter(TUESDAY_9, 1) })].map(
      ({ body }) => String(body.id),
    )
    const cancel = (id = '') =>
      createBookingStore(world.database.database).cancel(practice.tenantId, id, world.clock.now())
    await both.jobs.reconcileEvent.reconcile(ids[0] ?? '', { failures: 0 })
    await cancel(ids[0])
    calls.length = 0
    await nameProvider('GOOGLE')
    for (const id of ids) await both.jobs.reconcileEvent.reconcile(id, { failures: 0 })
    await workOn()
    expect(calls).toEqual([])
    expect((await rows()).map(({ event_status }) => event_status).sort()).toEqual(['PENDING', 'REMOVING'])
    expect(errors()).toContainEqual(notServed('provider_mismatch'))
    await nameProvider('MICROSOFT')
    await workOn()
    expect((await rows()).map(({ event_status }) => event_status).sort()).toEqual(['REMOVED', 'WRITTEN'])
  })

  it('opens the settings page, which says whose fault it is, until it is mended', async () => {
    expect((await settingsPage(both)).text).toContain('Connected')
    await nameProvider('GOOGLE')
    const page = await settingsPage(both)
    expect(page.status).toBe(200)
    expect(page.text).toContain('Broken on our side')
    expect(errors()).toContainEqual(notServed('provider_mismatch'))
    await nameProvider('MICROSOFT')
    await both.slots(practice)
    expect((await settingsPage(both)).text).not.toContain('Broken on our side')
  })

  it('a mismatch does not hide that the therapist has to come back, which mends both', async () => {
    const store = createConnectionStore(world.database.database)
    await store.recordFailure(practice.tenantId, (await active())?.id ?? '', 'reconnect', world.clock.now())
    await nameProvider('GOOGLE')
    expect((await settingsPage(both)).text).toContain('Needs reconnecting')
    await world.connect(practice, 'bookings')
    expect((await tenantNow()).calendarProvider).toBe('MICROSOFT')
    expect((await both.slots(practice)).status).toBe(200)
  })

  it('is left alone by maintenance', async () => {
    await nameProvider('GOOGLE')
    await makeMaintenanceDue(world.database)
    await both.jobs.maintainConnections.maintain()
    expect(errors()).toContainEqual(notServed('provider_mismatch'))
    expect((await active())?.evidence).toMatchObject({ failure: 'misconfigured', failingSince: world.clock.now() })
  })

  it('seen only because another account took over between two reads is not said of anybody', async () => {
    const connection = await active()
    if (connection === undefined) throw new Error('no connection')
    const connections = createConnectionStore(world.database.database)
    const pick = createPickCalendar({ connections, providers, clock: world.clock, log })
    const before = { ...(await tenantNow()), calendarProvider: 'GOOGLE' as const }
    expect(await pick(before, connection)).toBeInstanceOf(ProviderMismatch)
    expect(errors()).toEqual([])
    expect((await active())?.evidence.failure).toBeUndefined()
  })
})

describe('an active connection whose provider this installation has no registration with', () => {
  let one: Process
  beforeAll(async () => {
    one = await processWith({ ...providers, MICROSOFT: undefined })
  })
  afterAll(() => one.close())

  it('INV-7 is unknown to slots and confirmations, its writes wait, and the page says whose fault it is', async () => {
    expect((await both.book(practice)).status).toBe(201)
    calls.length = 0
    expect((await one.slots(practice)).status).toBe(503)
    expect((await one.book(practice, { start: hoursAfter(TUESDAY_9, 1) })).status).toBe(503)
    await workOn(one)
    expect(await rows()).toMatchObject([{ event_status: 'PENDING' }])
    expect(calls).toEqual([])
    expect(errors()).toContainEqual(notServed('not_registered'))
    const page = await settingsPage(one)
    expect(page.status).toBe(200)
    expect(page.text).toContain('Broken on our side')
  })
})
