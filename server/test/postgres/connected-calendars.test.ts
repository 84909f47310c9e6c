import { beforeEach, describe, expect, it } from 'vitest'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import type { ConnectionStore } from '../../src/ports/connection-store.ts'
import { startTestDatabase } from '../support/database.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { minutesAfter, NOW, newConnection } from '../support/rows.ts'

const test = await startTestDatabase()
const store = createConnectionStore(test.database)
let practice: Practice
let tenantId: string
beforeEach(async () => {
  practice = await createPractice(test.database)
  tenantId = practice.tenantId
})

const connect = async (more: Parameters<typeof newConnection>[1] = {}) => store.store(newConnection(practice, more))
const blocking = async () =>
  (await store.active(tenantId))?.calendars.filter(({ blocks }) => blocks).map(({ externalId }) => externalId)
const idOf = async (externalId: string) =>
  (await store.active(tenantId))?.calendars.find((calendar) => calendar.externalId === externalId)?.id ?? ''

describe('connected calendars', () => {
  it('a calendar whose id has changed keeps the therapist’s choice; one of two of a name is a new one', async () => {
    const { connectionId } = await connect()
    await store.chooseCalendars(tenantId, connectionId, [await idOf('calendar-1')])
    const named = (id: string, name = 'Second calendar') => ({ id, name, isDefault: false })
    const main = { id: 'calendar-1', name: 'Private calendar', isDefault: true }
    const refresh = (...listings: ReturnType<typeof named>[]) =>
      store.refreshCalendars(tenantId, connectionId, [main, ...listings], minutesAfter(NOW, 5))
    const before = await idOf('calendar-2')
    await refresh(named('calendar-9'))
    expect([await idOf('calendar-9'), await blocking()]).toEqual([before, ['calendar-1']])
    await refresh(named('a'), named('b'))
    expect([...((await blocking()) ?? [])].sort()).toEqual(['a', 'b', 'calendar-1'])
  })

  it('TS-02 TS-24 the name of an owner is sealed, and gone with the connection', async () => {
    const { connectionId } = await connect({
      calendars: [
        { id: 'calendar-1', name: 'Private calendar', isDefault: true },
        { id: 'theirs', name: 'Team', isDefault: false, kind: 'foreign', ownerName: 'Bea Muster' },
      ],
    })
    expect((await store.active(tenantId))?.calendars[1]).toMatchObject({ ownerName: 'Bea Muster', blocks: false })
    const stored = () =>
      test.pool
        .query('SELECT owner_name FROM calendar_detail WHERE tenant_id = $1', [tenantId])
        .then(({ rows }) => rows)
    expect(await stored()).toEqual([{ owner_name: expect.stringMatching(/^v1\.k1\./) }])
    const plain = `UPDATE calendar_detail SET owner_name = 'Bea Muster' WHERE tenant_id = $1`
    await expect(test.pool.query(plain, [tenantId])).rejects.toThrow(/violates check constraint/)
    await store.disconnect(tenantId, connectionId, NOW)
    expect(await stored()).toEqual([])
  })

  it('what could not be read keeps its first moment, until it is read with the others or unticked', async () => {
    const { connectionId: id } = await connect()
    await store.recordFailure(tenantId, id, 'timeout', NOW)
    const [one, two] = [await idOf('calendar-1'), await idOf('calendar-2')]
    const unread = (at: number, ...entries: (readonly [string, 'forbidden' | 'timeout' | undefined])[]) =>
      store.recordUnread(tenantId, id, { failures: new Map(entries), at: minutesAfter(NOW, at) })
    const told = async () => (await store.active(tenantId))?.calendars.map(({ failure }) => failure)
    const since = async () => (await store.active(tenantId))?.evidence
    await unread(1, [two, 'forbidden'])
    expect([await told(), await since()]).toMatchObject([
      [undefined, 'forbidden'],
      { failure: undefined, failingSince: undefined, unreadSince: minutesAfter(NOW, 1) },
    ])
    await unread(2, [two, 'forbidden'], [one, 'timeout'])
    expect(await since()).toMatchObject({ unreadSince: minutesAfter(NOW, 1) })
    await unread(3, [one, 'timeout'])
    expect([await told(), await since()]).toMatchObject([['timeout', undefined], { unreadSince: minutesAfter(NOW, 2) }])
    await store.recordRead(tenantId, id, minutesAfter(NOW, 4))
    expect([await told(), await since()]).toMatchObject([[undefined, undefined], { unreadSince: undefined }])
    await unread(5, [one, 'timeout'], [two, 'forbidden'])
    await store.chooseCalendars(tenantId, id, [two])
    expect(await told()).toEqual([undefined, 'forbidden'])
    const stranger = await createPractice(test.database)
    await store.recordUnread(stranger.tenantId, id, { failures: new Map([[one, 'timeout']]), at: NOW })
    expect(await told()).toEqual([undefined, 'forbidden'])
  })

  it('what a look has found replaces what was found before, and is forgotten where it did not look', async () => {
    const { connectionId: id } = await connect()
    const [one, two] = [await idOf('calendar-1'), await idOf('calendar-2')]
    const looks = async () => (await store.active(tenantId))?.calendars.map(({ look }) => look)
    const count = (busyTimes: number, isAllFree?: boolean) => ({ busyTimes, isAllFree })
    await store.recordLooks(tenantId, id, {
      at: NOW,
      found: new Map([
        [one, count(7)],
        [two, count(0, true)],
      ]),
    })
    expect(await looks()).toEqual([
      { ...count(7), at: NOW },
      { ...count(0, true), at: NOW },
    ])
    const at = minutesAfter(NOW, 5)
    await store.recordLooks(tenantId, id, { at, found: new Map([[one, count(8, false)]]) })
    expect(await looks()).toEqual([{ ...count(8, false), at }, undefined])
    const stranger = await createPractice(test.database)
    await store.recordLooks(stranger.tenantId, id, { at: NOW, found: new Map() })
    expect(await looks()).toEqual([{ ...count(8, false), at }, undefined])
  })
})

describe('where and how sessions are written', () => {
  const listing = (id: string, more: object = {}) => ({ id, name: id, isDefault: id === 'calendar-1', ...more })
  const calendars = [
    listing('calendar-1'),
    listing('mine'),
    listing('theirs', { kind: 'foreign' as const }),
    listing('locked', { isReadOnly: true }),
  ]
  const organisation = { calendars, grant: { accountKind: 'organisation' as const } }
  const writing = async () => (await store.active(tenantId))?.writing
  const choose = async (id: string, writing: Parameters<ConnectionStore['chooseCalendars']>[5]) =>
    store.chooseCalendars(tenantId, id, [await idOf('calendar-1')], {}, undefined, writing)

  it('a calendar of hers receives that may be written into; the default one is the account’s, whatever its id', async () => {
    const { connectionId: id } = await connect(organisation)
    expect(await writing()).toEqual({ accountKind: 'organisation', eventTitle: 'neutral', invites: false })
    expect(await choose(id, { receiver: await idOf('mine') })).toBe(true)
    expect(await writing()).toMatchObject({ writesTo: 'mine' })
    for (const not of ['theirs', 'locked']) expect(await choose(id, { receiver: await idOf(not) })).toBe(false)
    expect(await choose(id, { receiver: connectionIdOfNobody })).toBe(false)
    expect(await choose(id, { eventTitle: 'initials' })).toBe(true)
    expect(await writing()).toMatchObject({ writesTo: 'mine', eventTitle: 'initials', invites: false })
    expect(await choose(id, { receiver: await idOf('calendar-1'), invites: true })).toBe(true)
    expect(await writing()).toMatchObject({ writesTo: undefined, eventTitle: 'initials', invites: true })
  })

  it('a choice that changes something is in the audit, with who made it', async () => {
    const { connectionId: id } = await connect(organisation)
    const said = { receiver: await idOf('mine'), eventTitle: 'full_name' as const, actor: 'user:iris' }
    for (let n = 0; n < 2; n += 1) await choose(id, said)
    const { rows } = await test.pool.query(
      "SELECT actor, subject_id, detail FROM audit_event WHERE tenant_id = $1 AND action = 'calendar_writing_changed'",
      [tenantId],
    )
    const detail = { eventTitle: 'full_name', invites: false, receiver: 'changed' }
    expect(rows).toEqual([{ actor: 'user:iris', subject_id: id, detail }])
  })

  it('what was chosen and what was written follow a calendar whose id has changed', async () => {
    const { connectionId: id } = await connect(organisation)
    await choose(id, { receiver: await idOf('mine') })
    await store.refreshCalendars(tenantId, id, [listing('calendar-1'), { ...listing('mine'), id: 'new' }], NOW)
    expect(await writing()).toMatchObject({ writesTo: 'new' })
    await store.refreshCalendars(tenantId, id, [listing('calendar-1')], NOW)
    expect(await writing()).toMatchObject({ writesTo: 'new' })
  })

  it.each(['personal', undefined] as const)(
    'PR-09 of an account that is %s nothing about clients is chosen',
    async (kind) => {
      const { connectionId: id } = await connect({ calendars, grant: kind === undefined ? {} : { accountKind: kind } })
      expect(await choose(id, { receiver: await idOf('mine'), eventTitle: 'full_name', invites: true })).toBe(true)
      expect(await writing()).toEqual({ accountKind: kind, writesTo: 'mine', eventTitle: 'neutral', invites: false })
      const named = "UPDATE connection_setting SET event_title = 'full_name' WHERE connection_id = $1"
      await expect(test.pool.query(named, [id])).rejects.toThrow('connection_setting_personal')
      const invited = 'UPDATE connection_setting SET invites = true WHERE connection_id = $1'
      await expect(test.pool.query(invited, [id])).rejects.toThrow('connection_setting_personal')
    },
  )

  it('PR-09 of an account that turns out to be personal nothing about clients is written any more', async () => {
    const { connectionId: id } = await connect(organisation)
    await choose(id, { receiver: await idOf('mine'), eventTitle: 'full_name', invites: true })
    expect((await connect(organisation)).outcome).toBe('reconnected')
    expect(await writing()).toMatchObject({ writesTo: 'mine', eventTitle: 'full_name', invites: true })
    await connect({ calendars, grant: { accountKind: 'personal' } })
    expect(await writing()).toEqual({
      accountKind: 'personal',
      writesTo: 'mine',
      eventTitle: 'neutral',
      invites: false,
    })
  })

  it('PR-09 another account starts with neutral words, and invites nobody', async () => {
    const { connectionId: id } = await connect(organisation)
    await choose(id, { receiver: await idOf('mine'), eventTitle: 'full_name', invites: true })
    await store.disconnect(tenantId, id, NOW)
    await connect({ calendars, grant: { accountKind: 'organisation', accountKey: 'another' } })
    expect(await writing()).toEqual({ accountKind: 'organisation', eventTitle: 'neutral', invites: false })
  })
})

const connectionIdOfNobody = '0198a0a0-0000-7000-8000-0000000000ff'
