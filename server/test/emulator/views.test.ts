import { describe, expect, test } from 'vitest'
import { connect, type EventJson, graphWith, openEmulator, view } from './support.ts'

const emulator = await openEmulator({ maxPageSize: 50 })
const account = emulator.addAccount({
  kind: 'work',
  address: 'ada@practice.example',
  timeZone: 'W. Europe Standard Time',
})
const { accessToken } = emulator.issueTokens(account, ['User.Read', 'Calendars.ReadWrite'])
const graph = graphWith(emulator, accessToken)

const starts = (events: readonly EventJson[]) => events.map((event) => event.start.dateTime.slice(0, 16))

async function pages(path: string, prefer = ''): Promise<EventJson[][]> {
  const found: EventJson[][] = []
  for (let next: string | undefined = path; next; ) {
    const { status, json } = await graph(next, { prefer })
    expect(status).toBe(200)
    found.push(json.value)
    next = json['@odata.nextLink']
  }
  return found
}

describe('calendarView pages', () => {
  const calendar = emulator.addCalendar(account, 'Long')
  const path = `/me/calendars/${calendar.id}/calendarView?startDateTime=2028-01-01T00:00:00Z&endDateTime=2028-02-01T00:00:00Z`
  for (let hour = 0; hour < 137; hour++) {
    const start = new Date(Date.UTC(2028, 0, 1, hour))
    calendar.add({ start, end: new Date(start.getTime() + 18e5) })
  }

  test('ten events unless asked otherwise, then an opaque absolute link, to the end (F-30)', async () => {
    const found = await pages(path)
    expect(found.map((page) => page.length)).toEqual([...Array(13).fill(10), 7])
    expect(new Set(found.flat().map((event) => event.id)).size).toBe(137)
  })

  test('$top up to the largest page; $select is kept on every page', async () => {
    const found = await pages(`${path}&$top=100&$select=start,end`)
    expect(found.map((page) => page.length)).toEqual([50, 50, 37])
    for (const event of found.flat()) expect(Object.keys(event).sort()).toEqual(['@odata.etag', 'end', 'id', 'start'])
  })

  test('a made-up $skiptoken is refused', async () => {
    expect((await graph(`${path}&$skiptoken=abc`)).status).toBe(400)
  })
})

describe('calendarView asks for', () => {
  test.each([
    ['no window', '/me/calendarView'],
    ['a raw plus sign', view('2027-01-01T00:00:00+01:00', '2027-01-02T00:00:00Z')],
    ['no ISO time', view('yesterday', '2027-01-02T00:00:00Z')],
    ['the end before the start', view('2027-01-03T00:00:00Z', '2027-01-02T00:00:00Z')],
    ['an unknown property', view('2027-01-01T00:00:00Z', '2027-01-02T00:00:00Z', '&$select=colour')],
    ['createdDateTime', view('2027-01-01T00:00:00Z', '2027-01-02T00:00:00Z', '&$select=createdDateTime')],
  ])('%s: 400', async (_what, path) => {
    const { status, json } = await graph(path)
    emulator.journal.clear() // requests that a validator would rightly refuse
    expect([status, typeof json.error.code]).toEqual([400, 'string'])
  })

  test('a window whose offset decides; without one it is UTC, whatever the preferred zone', async () => {
    const event = emulator.addEvent(account, { start: '2027-03-01T00:30', end: '2027-03-01T00:45', timeZone: 'UTC' })
    const tokyo = 'outlook.timezone="Tokyo Standard Time"'
    const plain = await graph(view('2027-03-01T00:00:00', '2027-03-01T01:00:00'), { prefer: tokyo })
    expect(starts(plain.json.value)).toEqual(['2027-03-01T09:30'])
    const offset = await graph(view('2027-03-01T01:00:00%2B01:00', '2027-03-01T02:00:00%2B01:00'))
    expect(starts(offset.json.value)).toEqual(['2027-03-01T00:30'])
    expect(plain.headers.get('preference-applied')).toBe(tokyo)
    emulator.removeEvent(account, event)
  })
})

describe('times', () => {
  const around = async (day: string, prefer: string) =>
    (await graph(view(`${day}T00:00:00Z`, `${day}T23:00:00Z`), { prefer })).json.value

  test('times are written in the preferred zone with seven digits and no offset', async () => {
    emulator.addEvent(account, { start: '2027-04-01T09:00', end: '2027-04-01T10:00' })
    const [event] = await around('2027-04-01', 'outlook.timezone="America/Los_Angeles"')
    expect(event?.start).toEqual({ dateTime: '2027-04-01T00:00:00.0000000', timeZone: 'America/Los_Angeles' })
    expect((await graph('/me/events', { prefer: 'outlook.timezone="Europe/Zagreb"' })).json.error.code).toBe(
      'TimeZoneNotSupportedException',
    )
    emulator.journal.clear()
  })

  test('follow the clock changes of Berlin (F-73, F-74)', async () => {
    emulator.addEvent(account, { start: '2027-03-28T02:30', end: '2027-03-28T03:30' })
    emulator.addEvent(account, { start: '2027-03-28T09:00', end: '2027-03-28T10:00' })
    emulator.addEvent(account, { start: '2027-10-31T02:30', end: '2027-10-31T04:00' })
    expect(starts(await around('2027-03-28', ''))).toEqual(['2027-03-28T01:30', '2027-03-28T07:00'])
    expect(starts(await around('2027-10-31', ''))).toEqual(['2027-10-31T00:30'])
  })

  test('times of all-day events are midnight wherever one looks, or shifted as instants (F-77)', async () => {
    const event = emulator.addEvent(account, { start: '2027-05-03', end: '2027-05-04', isAllDay: true })
    const [floating] = await around('2027-05-03', 'outlook.timezone="UTC"')
    emulator.quirks.allDay = 'shifted'
    const [shifted] = await around('2027-05-03', 'outlook.timezone="UTC"')
    emulator.quirks.allDay = 'midnight'
    expect(shifted?.start.dateTime).toBe('2027-05-02T22:00:00.0000000')
    expect(floating?.start).toEqual({ dateTime: '2027-05-03T00:00:00.0000000', timeZone: 'UTC' })
    emulator.removeEvent(account, event)
  })
})

test('a series is expanded in calendarView alone, with its moved and deleted occurrences (F-72)', async () => {
  const calendar = emulator.addCalendar(account, 'Series')
  const series = calendar.add({
    start: '2027-06-07T09:00',
    end: '2027-06-07T10:00',
    recurrence: {
      pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday', 'thursday'] },
      range: { type: 'noEnd', startDate: '2027-06-07' },
    },
  })
  calendar.moveOccurrence(series, '2027-06-10', { start: '2027-06-11T15:00', end: '2027-06-11T16:00' })
  calendar.removeOccurrence(series, '2027-06-14')
  const base = `/me/calendars/${calendar.id}`
  const { json } = await graph(
    `${base}/calendarView?startDateTime=2027-06-07T00:00:00Z&endDateTime=2027-06-19T00:00:00Z`,
  )
  expect(json.value.map((event) => [event.type, event.start.dateTime.slice(0, 16)])).toEqual([
    ['occurrence', '2027-06-07T07:00'],
    ['exception', '2027-06-11T13:00'],
    ['occurrence', '2027-06-17T07:00'],
  ])
  expect((await graph(`${base}/events`)).json.value.map((event) => event.type)).toEqual(['seriesMaster'])
  const first = json.value[0]?.id ?? ''
  expect((await graph(`/me/events/${first}`)).json).toMatchObject({ type: 'occurrence', seriesMasterId: series.id })
  expect((await graph(`/me/events/${first}`, { method: 'DELETE' })).status).toBe(204)
  expect((await graph(`/me/events/${first}`)).status).toBe(404)
})

describe('scopes', () => {
  test('ReadBasic reads, but never a body, and writes nothing', async () => {
    const basic = emulator.addAccount({ kind: 'work', address: 'basic@practice.example' })
    emulator.addEvent(basic, { start: '2027-01-01T09:00', end: '2027-01-01T10:00', subject: 'Seen' })
    const call = graphWith(emulator, emulator.issueTokens(basic, ['Calendars.ReadBasic']).accessToken)
    const [event] = (await call('/me/events')).json.value
    expect(event?.subject).toBe('Seen')
    expect(event).not.toHaveProperty('body')
    const body = {
      start: { dateTime: '2027-01-01T09:00:00', timeZone: 'UTC' },
      end: { dateTime: '2027-01-01T10:00:00', timeZone: 'UTC' },
      transactionId: 'b',
    }
    for (const denied of [
      await call('/me/events', { body }),
      await call(`/me/events/${event?.id}`, { method: 'DELETE' }),
      await call('/me'),
    ])
      expect([denied.status, denied.json.error.code]).toEqual([403, 'ErrorAccessDenied'])
  })

  test('no token, a wrong one, an expired one: 401', async () => {
    const { accessToken: short } = emulator.issueTokens(account, [])
    expect((await graphWith(emulator, short)('/me/calendar')).status).toBe(200)
    emulator.expireAccessTokens(account)
    for (const token of [short, 'made-up']) {
      const { status, json } = await graphWith(emulator, token)('/me/calendar')
      expect([status, json.error.code]).toEqual([401, 'InvalidAuthenticationToken'])
    }
    expect((await fetch(`${emulator.origin}/v1.0/me/calendar`)).status).toBe(401)
    emulator.journal.clear()
  })
})

test.each([
  ['none', 404, 'MailboxNotEnabledForRESTAPI'],
  ['unlicensed', 403, 'ErrorAccessDenied'],
  ['policy', 403, 'ErrorAccessDenied'],
] as const)('mailbox %s answers %i %s (F-19)', async (mailbox, status, code) => {
  const closed = emulator.addAccount({ kind: 'work', address: `${mailbox}@practice.example`, mailbox })
  const reply = await graphWith(emulator, emulator.issueTokens(closed, ['Calendars.Read']).accessToken)('/me/calendars')
  expect([reply.status, reply.json.error.code]).toEqual([status, code])
})

test('a guest gets an empty 401 from the calendar while /me works', async () => {
  const guest = emulator.addAccount({ kind: 'guest', address: 'gil@guests.example' })
  const call = graphWith(
    emulator,
    (await connect(emulator, guest, 'openid User.Read Calendars.Read')).json.access_token,
  )
  expect((await call('/me')).status).toBe(200)
  const { status, text } = await call('/me/calendars')
  expect([status, text]).toEqual([401, ''])
})

test('calendars are listed in pages, with what may be held online', async () => {
  const personal = emulator.addAccount({ kind: 'personal', address: 'cy@outlook.example' })
  for (let index = 0; index < 11; index++) emulator.addCalendar(personal, `More ${index}`)
  const call = graphWith(emulator, emulator.issueTokens(personal, ['Calendars.Read']).accessToken)
  const first = await call('/me/calendars?$select=name,allowedOnlineMeetingProviders')
  expect(first.json.value).toHaveLength(10)
  expect(first.json.value[0]).toEqual({
    id: personal.calendars[0]?.id,
    name: 'Calendar',
    allowedOnlineMeetingProviders: ['skypeForConsumer'],
  })
  expect((await call(first.json['@odata.nextLink'] ?? '')).json.value).toHaveLength(2)
})

test('request ids, gzip and the date are as the service sends them', async () => {
  const call = graphWith(emulator, emulator.issueTokens(account, []).accessToken)
  const id = '7e163156-7762-4beb-a1c6-729ea81755a7'
  const echoed = await call('/me/events', { headers: { 'client-request-id': id, 'return-client-request-id': 'true' } })
  expect(echoed.headers.get('client-request-id')).toBe(id)
  expect(echoed.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect([echoed.headers.get('content-encoding'), echoed.headers.has('date')]).toEqual(['gzip', true])
  expect((await call('/me/calendar')).headers.get('content-encoding')).toBeNull()
})
