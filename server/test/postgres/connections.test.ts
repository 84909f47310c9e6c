import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { createTokenVault } from '../../src/adapters/postgres/connections/token-vault.ts'
import { CALENDAR_FAILURES } from '../../src/ports/calendar-failure.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { startTestDatabase } from '../support/database.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { auditOf, minutesAfter, NOW, newConnection } from '../support/rows.ts'
import { until } from '../support/until.ts'

const test = await startTestDatabase()
const store = createConnectionStore(test.database)
let practice: Practice
let tenantId: string
beforeEach(async () => {
  practice = await createPractice(test.database)
  tenantId = practice.tenantId
})

const OTHER = { accountKey: 'another.person', tokenCache: '{"RefreshToken":"other"}' }
const connect = async (more: Parameters<typeof newConnection>[1] = {}) => store.store(newConnection(practice, more))
const actor = () => `user:${practice.userId}`
const tokensOf = (connectionId: string) => createTokenVault(test, systemClock).read({ tenantId, connectionId })
const rowOf = async (id: string) =>
  (await test.pool.query('SELECT * FROM calendar_connection WHERE id = $1', [id])).rows[0]
const providerOf = async () =>
  (await test.database.tenant.findUniqueOrThrow({ where: { id: tenantId } })).calendarProvider

describe('storing a grant', () => {
  it('makes the first account active and changes the provider of the tenant', async () => {
    const { connectionId, outcome } = await connect()
    expect(outcome).toBe('connected')
    expect(await providerOf()).toBe('MICROSOFT')
    const active = await store.active(tenantId)
    expect(active).toMatchObject({
      id: connectionId,
      provider: 'MICROSOFT',
      access: 'bookings',
      accountKey: 'directory.person',
      accountAddress: 'person@therapist.example',
      tokenVersion: 1,
      refreshedAt: NOW,
      evidence: { lastReadAt: undefined, failure: undefined, failingSince: undefined },
    })
    expect(
      active?.calendars.map(({ name, blocks, isDefault, firstSeenAt }) => ({ name, blocks, isDefault, firstSeenAt })),
    ).toEqual([
      { name: 'Private calendar', blocks: true, isDefault: true, firstSeenAt: NOW },
      { name: 'Second calendar', blocks: true, isDefault: false, firstSeenAt: NOW },
    ])
    expect(await auditOf(test.pool, tenantId)).toEqual([`calendar_connected ${actor()}`])
    expect(JSON.stringify(active)).not.toContain('RefreshToken')
  })

  it('renews the same account: tokens under the next version, health cleared, choice of calendars kept', async () => {
    const { connectionId } = await connect({ grant: { access: 'availability' } })
    const second = (await store.active(tenantId))?.calendars.find(({ externalId }) => externalId === 'calendar-2')
    await store.chooseCalendars(tenantId, connectionId, [second?.id ?? ''])
    await store.recordFailure(tenantId, connectionId, 'reconnect', NOW)
    const again = await connect({
      grant: { tokenCache: 'second', access: 'bookings' },
      calendars: [
        { id: 'calendar-1', name: 'Renamed', isDefault: true },
        { id: 'calendar-2', name: 'Second calendar', isDefault: false },
        { id: 'calendar-3', name: 'New', isDefault: false },
      ],
    })
    expect(again).toEqual({ connectionId, outcome: 'reconnected', ended: [] })
    expect(await tokensOf(connectionId)).toMatchObject({ tokenCache: 'second', version: 2 })
    const active = await store.active(tenantId)
    expect(active).toMatchObject({ access: 'bookings', evidence: { failure: undefined, failingSince: undefined } })
    expect(Object.fromEntries((active?.calendars ?? []).map(({ name, blocks }) => [name, blocks]))).toEqual({
      Renamed: false,
      'Second calendar': true,
      New: true,
    })
    await connect({ grant: { tokenCache: 'third' } })
    expect(await auditOf(test.pool, tenantId)).toEqual([
      `calendar_connected ${actor()}`,
      'calendar_access_lost provider',
      `calendar_access_changed ${actor()}`,
      `calendar_reconnected ${actor()}`,
    ])
  })

  it('F-51 lets another account wait, and forgets it after ten minutes or for a newer one', async () => {
    const { connectionId: first } = await connect()
    const { connectionId: waiting, outcome } = await connect({ provider: 'GOOGLE', grant: OTHER })
    expect(outcome).toBe('pending')
    expect(await providerOf()).toBe('MICROSOFT')
    expect((await store.active(tenantId))?.id).toBe(first)
    expect((await store.pending(tenantId, NOW))?.id).toBe(waiting)
    expect(await store.pending(tenantId, minutesAfter(NOW, 10))).toBeUndefined()
    expect(await store.confirmPending(tenantId, waiting, minutesAfter(NOW, 10))).toBeUndefined()
    const { connectionId: newer } = await connect({ provider: 'GOOGLE', grant: OTHER })
    expect((await store.pending(tenantId, NOW))?.id).toBe(newer)
    expect(await rowOf(waiting)).toMatchObject({ status: 'DISCONNECTED', token_cache: null, account_address: null })
  })

  it('treats the same key at another provider as another account', async () => {
    await connect()
    expect((await connect({ provider: 'GOOGLE' })).outcome).toBe('pending')
  })

  it('TS-21 never gives two writes one version when a refresh comes at the same time', async () => {
    const { connectionId } = await connect()
    const refresh = await test.pool.connect()
    await refresh.query('BEGIN')
    await refresh.query('UPDATE calendar_connection SET token_version = 2 WHERE id = $1', [connectionId])
    const again = connect()
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    await until(async () => (await test.pool.query(waiting)).rowCount === 1)
    await refresh.query('COMMIT')
    refresh.release()
    await again
    expect(await tokensOf(connectionId)).toMatchObject({ version: 3 })
  })

  it('leaves one active account when two callbacks arrive at once', async () => {
    const outcomes = await Promise.all([connect(), connect({ grant: OTHER })])
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['connected', 'pending'])
    const copy = `INSERT INTO calendar_connection (id, tenant_id, provider, status, access, account_key, token_cache)
      SELECT gen_random_uuid(), tenant_id, provider, status, access, account_key, token_cache FROM calendar_connection WHERE tenant_id = $1 AND status = 'ACTIVE'`
    await expect(test.pool.query(copy, [tenantId])).rejects.toThrow('calendar_connection_one_active')
  })
})

describe('calendars', () => {
  const listing = (id: string, isDefault = false) => ({ id, name: `Name of ${id}`, isDefault })
  const blocking = async () =>
    (await store.active(tenantId))?.calendars.filter(({ blocks }) => blocks).map(({ externalId }) => externalId)
  const idOf = async (externalId: string) =>
    (await store.active(tenantId))?.calendars.find((calendar) => calendar.externalId === externalId)?.id ?? ''

  it('calendars are chosen by our ids; none, unknown ones and those of others are refused', async () => {
    const { connectionId } = await connect()
    const stranger = await createPractice(test.database)
    const foreign = await store.store(newConnection(stranger))
    const theirs = (await store.active(stranger.tenantId))?.calendars[0]?.id ?? ''
    const second = await idOf('calendar-2')
    for (const choice of [[], ['calendar-2'], [randomUUID()], [theirs], [second, theirs]])
      expect(await store.chooseCalendars(tenantId, connectionId, choice)).toBe(false)
    expect(await store.chooseCalendars(tenantId, foreign.connectionId, [theirs])).toBe(false)
    expect(await store.chooseCalendars(tenantId, 'x', [second])).toBe(false)
    expect(await blocking()).toEqual(['calendar-1', 'calendar-2'])
    expect(await store.chooseCalendars(tenantId, connectionId, [second, second])).toBe(true)
    expect(await blocking()).toEqual(['calendar-2'])
  })

  it('T-43 calendars are chosen together with what counts as busy, or not at all; nobody else’s setting moves', async () => {
    const { connectionId } = await connect()
    const stranger = await createPractice(test.database)
    const settings = () =>
      test.database.tenant.findMany({
        where: { id: { in: [tenantId, stranger.tenantId] } },
        select: { id: true, tentativeBlocks: true, workingElsewhereBlocks: true },
        orderBy: { createdAt: 'asc' },
      })
    const before = await settings()
    const free = { tentativeBlocks: false }
    expect(await store.chooseCalendars(tenantId, connectionId, [], free)).toBe(false)
    expect(await store.chooseCalendars(stranger.tenantId, connectionId, [await idOf('calendar-1')], free)).toBe(false)
    expect(await settings()).toEqual(before)
    expect(await store.chooseCalendars(tenantId, connectionId, [await idOf('calendar-1')], free)).toBe(true)
    expect(await settings()).toEqual(before.map((row) => (row.id === tenantId ? { ...row, ...free } : row)))
    expect(
      before.map(({ tentativeBlocks, workingElsewhereBlocks }) => [tentativeBlocks, workingElsewhereBlocks]),
    ).toEqual([
      [true, false],
      [true, false],
    ])
  })

  it('INV-7 block when they are new, and some calendar always blocks', async () => {
    const { connectionId } = await connect()
    await store.chooseCalendars(tenantId, connectionId, [await idOf('calendar-2')])
    const refresh = (...listings: ReturnType<typeof listing>[]) =>
      store.refreshCalendars(tenantId, connectionId, listings, minutesAfter(NOW, 5))
    await refresh(listing('calendar-1', true), listing('calendar-2'), listing('calendar-3'), listing('calendar-3'))
    expect(await blocking()).toEqual(['calendar-2', 'calendar-3'])
    await refresh(listing('calendar-1', true))
    expect(await blocking()).toEqual(['calendar-1'])
    expect((await store.active(tenantId))?.calendars.map(({ name, firstSeenAt }) => [name, firstSeenAt])).toEqual([
      ['Name of calendar-1', NOW],
    ])
  })

  it('TS-17 calendars with a name that does not decrypt still block', async () => {
    const { connectionId } = await connect()
    await test.pool.query(`UPDATE connected_calendar SET name = 'v1.k1.AAAA' WHERE connection_id = $1`, [connectionId])
    const active = await store.active(tenantId)
    expect(active?.calendars.map(({ blocks }) => blocks)).toEqual([true, true])
    expect(active?.calendars.map(({ name }) => name)).toEqual((active?.calendars ?? []).map(() => undefined))
  })
})

describe('evidence of health', () => {
  it.each(CALENDAR_FAILURES)('reads %s back as it was written', async (failure) => {
    const { connectionId: id } = await connect()
    await store.recordFailure(tenantId, id, failure, NOW)
    expect((await store.byId(tenantId, id))?.evidence).toMatchObject({ failure, failingSince: NOW })
  })

  it('keeps the moment of the first failure of a kind, and a later read clears it', async () => {
    const { connectionId: id } = await connect()
    const evidence = async () => (await store.byId(tenantId, id))?.evidence
    await store.recordFailure(tenantId, id, 'timeout', NOW)
    await store.recordFailure(tenantId, id, 'timeout', minutesAfter(NOW, 1))
    expect(await evidence()).toEqual({ failure: 'timeout', failingSince: NOW, lastReadAt: undefined })
    await store.recordFailure(tenantId, id, 'reconnect', minutesAfter(NOW, 2))
    expect(await evidence()).toMatchObject({ failure: 'reconnect', failingSince: minutesAfter(NOW, 2) })
    await store.recordRead(tenantId, id, minutesAfter(NOW, 4))
    await store.recordRead(tenantId, id, minutesAfter(NOW, 3))
    expect(await evidence()).toEqual({ failure: undefined, failingSince: undefined, lastReadAt: minutesAfter(NOW, 4) })
    const stranger = await createPractice(test.database)
    await store.recordFailure(stranger.tenantId, id, 'timeout', NOW)
    expect(await evidence()).toMatchObject({ failure: undefined })
  })
})
