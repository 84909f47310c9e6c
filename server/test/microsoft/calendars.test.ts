import { describe, expect, test } from 'vitest'
import { CalendarsUnreadable } from '../../src/ports/calendar-failure.ts'
import { connect, failureOf, JANUARY, reasonOf, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator, binding } = fixture
const LIST = /^GET \/v1\.0\/me\/calendars\?/
const BATCH = 'POST /v1.0/$batch'

const list = async ({ connection }: Awaited<ReturnType<typeof connect>>) =>
  (await binding.connector.listCalendars(connection)).map(({ name, kind, ownerName }) => [name, kind, ownerName])

/** Changes what the list says of its entries. */
const listed = (change: (entry: Record<string, unknown>) => object, times = 1) =>
  emulator.faults.failNext(
    LIST,
    {
      kind: 'body',
      change: (body) => ({ value: (Reflect.get(body as object, 'value') as Record<string, unknown>[]).map(change) }),
    },
    { times },
  )

describe('whose a calendar is', () => {
  test('hers is what the owner of her default calendar owns and may edit', async () => {
    const connected = await connect(fixture)
    const add = (name: string, settings: Parameters<typeof emulator.addCalendar>[2] = {}) =>
      emulator.addCalendar(connected.account, name, settings)
    add('Family')
    add('Family', { owner: { name: 'Anna Beispiel', address: 'anna@praxis.example' } })
    add('Team', { canEdit: false, owner: { name: 'Anna Beispiel', address: 'anna@praxis.example' } })
    add('Elsewhere', { canEdit: false, owner: { name: 'bea@praxis.example', address: 'bea@praxis.example' } })
    add('Birthdays', { canEdit: false })
    expect(await list(connected)).toEqual([
      ['Calendar', undefined, undefined],
      ['Family', undefined, undefined],
      ['Family', 'foreign', 'Anna Beispiel'],
      ['Team', 'foreign', 'Anna Beispiel'],
      // Directories name people by their address, which is not kept.
      ['Elsewhere', 'foreign', undefined],
      ['Birthdays', 'foreign', undefined],
    ])
  })

  test.each([
    ['no owner', { owner: undefined }],
    ['a null owner', { owner: null }],
    ['an owner without an address', { owner: { name: 'Anna Beispiel' } }],
    ['an owner of another form', { owner: 'Anna Beispiel' }],
    ['her own address in other letters', { owner: { name: 'x', address: 'THERAPIST' } }],
  ])('unknown is not free: an entry with %s is hers while she may edit it', async (what, change) => {
    const connected = await connect(fixture)
    emulator.addCalendar(connected.account, 'Family')
    const owner = { name: 'x', address: connected.account.address.toUpperCase() }
    const told = what.startsWith('her own') ? { owner } : change
    listed((entry) => (entry.name === 'Family' ? { ...entry, ...told } : entry))
    expect((await list(connected))[1]).toEqual(['Family', undefined, undefined])
    listed((entry) => (entry.name === 'Family' ? { ...entry, ...told, canEdit: false } : entry))
    expect((await list(connected))[1]).toEqual(['Family', 'foreign', undefined])
  })

  test('those that may not be written into are told apart', async () => {
    const connected = await connect(fixture)
    emulator.addCalendar(connected.account, 'Family')
    emulator.addCalendar(connected.account, 'Birthdays', { canEdit: false })
    const listed = await binding.connector.listCalendars(connected.connection)
    expect(listed.filter(({ isReadOnly }) => isReadOnly).map(({ name }) => name)).toEqual(['Birthdays'])
  })

  test('without an owner of the default calendar nobody else is known, and the default one is hers', async () => {
    const connected = await connect(fixture)
    emulator.addCalendar(connected.account, 'Team', { owner: { name: 'Anna', address: 'anna@praxis.example' } })
    listed((entry) => (entry.isDefaultCalendar ? { ...entry, owner: undefined, canEdit: false } : entry))
    expect((await list(connected)).map(([, kind]) => kind)).toEqual([undefined, undefined])
  })

  test('the owner is asked for by name, and nothing else', async () => {
    const connected = await connect(fixture)
    await list(connected)
    const { path = '' } = emulator.journal.of('graph').at(-1) ?? {}
    const { searchParams } = new URL(path, emulator.origin)
    expect(searchParams.get('$select')).toBe('id,name,isDefaultCalendar,owner,canEdit')
  })

  test('an entry without an id is no list that can be trusted', async () => {
    const connected = await connect(fixture)
    for (const id of [undefined, null, '', 7]) {
      listed((entry) => ({ ...entry, id }))
      expect(await reasonOf(binding.connector.listCalendars(connected.connection)), String(id)).toBe('garbled')
    }
  })

  test('2,000 calendars are listed', async () => {
    const connected = await connect(fixture)
    for (let n = 1; n < 2000; n += 1) emulator.addCalendar(connected.account, `No. ${n}`)
    expect(await list(connected)).toHaveLength(2000)
  })
})

/** learn.microsoft.com/graph/errors: every status, some with the codes that calendars answer; and what it is to us. */
const ANSWERS: readonly (readonly [status: number, code: string, reason: string])[] = [
  [400, 'BadRequest', 'misconfigured'],
  [400, 'ErrorInvalidIdMalformed', 'misconfigured'],
  [401, 'InvalidAuthenticationToken', 'reconnect'],
  [402, 'PaymentRequired', 'misconfigured'],
  [403, 'ErrorAccessDenied', 'forbidden'],
  [403, 'ErrorCalendarViewNotAllowed', 'forbidden'],
  [404, 'ErrorItemNotFound', 'not_found'],
  [404, 'ErrorFolderNotFound', 'not_found'],
  [404, 'MailboxNotEnabledForRESTAPI', 'not_found'],
  [405, 'MethodNotAllowed', 'misconfigured'],
  [406, 'NotAcceptable', 'misconfigured'],
  [409, 'Conflict', 'conflict'],
  [410, 'Gone', 'not_found'],
  [411, 'LengthRequired', 'misconfigured'],
  [412, 'PreconditionFailed', 'conflict'],
  [413, 'RequestEntityTooLarge', 'misconfigured'],
  [415, 'UnsupportedMediaType', 'misconfigured'],
  [416, 'RequestedRangeNotSatisfiable', 'misconfigured'],
  [422, 'UnprocessableEntity', 'misconfigured'],
  [423, 'Locked', 'unavailable'],
  [429, 'ApplicationThrottled', 'throttled'],
  [500, 'ErrorInternalServerError', 'unavailable'],
  [501, 'NotImplemented', 'unavailable'],
  [502, 'BadGateway', 'unavailable'],
  [503, 'ErrorMailboxStoreUnavailable', 'unavailable'],
  [504, 'GatewayTimeout', 'unavailable'],
  [507, 'InsufficientStorage', 'unavailable'],
  [509, 'BandwidthLimitExceeded', 'throttled'],
]

describe('the failure of one calendar among others', () => {
  async function three() {
    const connected = await connect(fixture)
    for (const name of ['Family', 'Team']) emulator.addCalendar(connected.account, name)
    const ids = connected.account.calendars.map(({ id }) => id)
    const provider = binding.calendarFor({ ...connected.connection, calendarIds: ids })
    const strike = (index: number, fault: Parameters<typeof emulator.faults.failNext>[1]) => {
      const id = encodeURIComponent(ids[index] ?? '')
      emulator.faults.failNext(({ path, batchItem }) => batchItem === true && path.includes(id), fault, {
        times: Number.POSITIVE_INFINITY,
      })
    }
    return { ids, provider, strike }
  }

  test.each(ANSWERS)('INV-7 is known as its own, whatever it answers: %i %s', async (status, code, reason) => {
    const { ids, provider, strike } = await three()
    strike(1, { status, code })
    const failure = await failureOf(provider.getFreeBusy(JANUARY))
    expect(failure).toBeInstanceOf(CalendarsUnreadable)
    expect(failure).toMatchObject({ reason, status, code })
    expect([...(failure as CalendarsUnreadable).failures.keys()]).toEqual([ids[1]])
  })

  test('is known as its own where its answer cannot be trusted', async () => {
    const { ids, provider, strike } = await three()
    strike(2, { kind: 'value', value: 'null' })
    const failure = await failureOf(provider.getFreeBusy(JANUARY))
    expect(failure).toBeInstanceOf(CalendarsUnreadable)
    expect(failure.reason).toBe('garbled')
    expect([...(failure as CalendarsUnreadable).failures.keys()]).toEqual([ids[2]])
  })

  test('each is known where each fails in another way', async () => {
    const { ids, provider, strike } = await three()
    for (const [index, status] of [503, 403, 404].entries()) strike(index, { status })
    const failure = (await failureOf(provider.getFreeBusy(JANUARY))) as CalendarsUnreadable
    expect([...failure.failures].map(([id, { reason }]) => [id, reason]).sort()).toEqual(
      [
        [ids[0], 'unavailable'],
        [ids[1], 'forbidden'],
        [ids[2], 'not_found'],
      ].sort(),
    )
    // Of these, the one that is least likely to pass.
    expect(['forbidden', 'not_found']).toContain(failure.reason)
  })

  test('is the account’s where all fail alike', async () => {
    const { provider, strike } = await three()
    for (const index of [0, 1, 2]) strike(index, { status: 403, code: 'ErrorAccessDenied' })
    const failure = await failureOf(provider.getFreeBusy(JANUARY))
    expect(failure).not.toBeInstanceOf(CalendarsUnreadable)
    expect(failure.reason).toBe('forbidden')
  })

  test('a token that an item refuses is replaced once, before it is that calendar’s failure', async () => {
    const { provider, strike } = await three()
    strike(0, { status: 401, code: 'InvalidAuthenticationToken' })
    await failureOf(provider.getFreeBusy(JANUARY))
    expect(emulator.journal.entries.filter(({ method, path }) => `${method} ${path}` === BATCH)).toHaveLength(2)
  })
})
