import { describe, expect, test } from 'vitest'
import { graphWith, openEmulator, view } from './support.ts'

const emulator = await openEmulator()
const account = emulator.addAccount({ kind: 'work', address: 'ada@practice.example' })
const graph = graphWith(emulator, emulator.issueTokens(account, ['Calendars.ReadWrite']).accessToken)
const MARKER = 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name BookingId'
const IMMUTABLE = 'IdType="ImmutableId"'

const event = (change: Record<string, unknown> = {}) => ({
  subject: 'Appointment',
  start: { dateTime: '2027-01-05T09:00:00', timeZone: 'W. Europe Standard Time' },
  end: { dateTime: '2027-01-05T09:50:00', timeZone: 'W. Europe Standard Time' },
  transactionId: `t${Math.random()}`,
  ...change,
})
const create = (change: Record<string, unknown> = {}, prefer = IMMUTABLE) =>
  graph('/me/events', { body: event(change), prefer })

describe('a create', () => {
  test('answers 201 with the event, in the zone that was sent unless another is preferred', async () => {
    const { status, json, headers } = await create()
    expect(status).toBe(201)
    expect(json).toMatchObject({
      subject: 'Appointment',
      showAs: 'busy',
      type: 'singleInstance',
      start: { dateTime: '2027-01-05T09:00:00.0000000', timeZone: 'W. Europe Standard Time' },
    })
    expect(headers.get('location')).toContain('/events(')
    expect((await create({}, `${IMMUTABLE}, outlook.timezone="UTC"`)).json).toMatchObject({
      start: { dateTime: '2027-01-05T08:00:00.0000000', timeZone: 'UTC' },
    })
  })

  test.each([
    ['no transactionId needed, but start', { start: undefined }],
    ['an offset in dateTime', { start: { dateTime: '2027-01-05T09:00:00Z', timeZone: 'UTC' } }],
    ['no time zone', { start: { dateTime: '2027-01-05T09:00:00' } }],
    ['an IANA zone that is not listed', { start: { dateTime: '2027-01-05T09:00:00', timeZone: 'Europe/Zagreb' } }],
    ['the end before the start', { end: { dateTime: '2027-01-05T08:00:00', timeZone: 'W. Europe Standard Time' } }],
    ['an all-day event off midnight', { isAllDay: true }],
    ['a read-only property', { webLink: 'https://outlook.example/' }],
    ['an unknown property', { colour: 'red' }],
    ['a provider the calendar does not offer', { isOnlineMeeting: true, onlineMeetingProvider: 'skypeForBusiness' }],
    ['a malformed extended property', { singleValueExtendedProperties: [{ id: 'BookingId', value: '1' }] }],
    ['over 500 attendees', { attendees: Array(501).fill({ emailAddress: { address: 'a@clients.example' } }) }],
  ])('refuses %s', async (_what, change) => {
    const before = emulator.events(account).length
    const { status, json } = await create(change)
    emulator.journal.clear() // requests that a validator would rightly refuse
    expect([status, typeof json.error.code, emulator.events(account).length]).toEqual([400, 'string', before])
  })

  test('repeated with its transactionId makes no second event; another body under it is refused', async () => {
    const body = event({ transactionId: 'same' })
    const [first, again] = [await graph('/me/events', { body }), await graph('/me/events', { body })]
    expect([first.status, again.status, again.json.id]).toEqual([201, 201, first.json.id])
    const other = await graph('/me/events', { body: { ...body, subject: 'Other' } })
    expect([other.status, other.json.error]).toEqual([
      400,
      expect.objectContaining({ code: 'ErrorDuplicateTransactionId', '@event.existingEventId': first.json.id }),
    ])
    emulator.quirks.duplicateTransactionStatus = 409
    expect((await graph('/me/events', { body: { ...body, subject: 'Other' } })).status).toBe(409)
    emulator.quirks.duplicateTransactionStatus = 400
  })

  test('twice at once may make two events, when transactionIds are known late', async () => {
    emulator.quirks.lateTransactionIds = true
    const held = emulator.faults.hold('POST /v1.0/me/events')
    const body = event({ transactionId: 'raced' })
    const first = graph('/me/events', { body })
    await held.struck
    const second = await graph('/me/events', { body })
    held.release()
    emulator.quirks.lateTransactionIds = false
    expect((await first).json.id).not.toBe(second.json.id)
  })

  test('making an online meeting brings its link, now or later; without Teams it is refused', async () => {
    const online = { isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' }
    expect((await create(online)).json).toMatchObject({
      onlineMeeting: { joinUrl: expect.stringContaining('https://teams.microsoft.com/') },
    })
    emulator.quirks.answersWithoutJoinUrl = 1
    const { json } = await create(online)
    expect(json).toMatchObject({ onlineMeeting: null })
    const later = await graph(`/me/events/${json.id}?$select=onlineMeeting`, { prefer: IMMUTABLE })
    expect(later.json).toMatchObject({ onlineMeeting: { joinUrl: expect.any(String) } })
    account.teams = false
    expect((await create(online)).status).toBe(400)
    account.teams = true
  })
})

test('a personal account takes an online meeting and gives it no link', async () => {
  const personal = emulator.addAccount({ kind: 'personal', address: 'dee@outlook.example' })
  const call = graphWith(emulator, emulator.issueTokens(personal, ['Calendars.ReadWrite']).accessToken)
  const body = event({ isOnlineMeeting: true, onlineMeetingProvider: 'skypeForConsumer' })
  const { status, json } = await call('/me/events', { body })
  expect(status).toBe(201)
  expect(json).toMatchObject({ onlineMeeting: null })
})

test('an event is found by its marker, and shows it when asked to', async () => {
  const { json } = await create({ singleValueExtendedProperties: [{ id: MARKER, value: "b'1" }] })
  const filter = encodeURIComponent(
    `singleValueExtendedProperties/any(ep: ep/id eq '${MARKER}' and ep/value eq 'b''1')`,
  )
  const expand = encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${MARKER}')`)
  const found = await graph(
    `/me/events?$filter=${filter}&$expand=${expand}&$select=start,end,singleValueExtendedProperties`,
    { prefer: IMMUTABLE },
  )
  expect(found.json.value).toMatchObject([
    { id: json.id, singleValueExtendedProperties: [{ id: MARKER, value: "b'1" }] },
  ])
  expect((await graph(`/me/events?$filter=${filter.replace('1', '2')}`)).json.value).toEqual([])
  expect((await graph(`/me/events/${json.id}?$select=start`)).json).not.toHaveProperty('singleValueExtendedProperties')
  expect((await graph("/me/events?$filter=transactionId eq 't'")).status).toBe(400)
})

test('an immutable id survives a move to another calendar, an ordinary one does not', async () => {
  const immutable = (await create()).json.id
  const ordinary = (await graph(`/me/events/${immutable}`)).json.id
  expect(ordinary).not.toBe(immutable)
  expect(ordinary).toMatch(/^AAMk/)
  const family = emulator.addCalendar(account, 'Family')
  emulator.moveEvent(account, immutable, family)
  expect((await graph(`/me/events/${ordinary}`)).status).toBe(404)
  expect((await graph(`/me/calendars/${family.id}/events/${immutable}`, { prefer: IMMUTABLE })).json.id).toBe(immutable)
  expect((await graph(`/me/calendars/${emulator.calendar(account).id}/events/${immutable}`)).status).toBe(404)
})

describe('a delete', () => {
  test('answers 204, then 404 ErrorItemNotFound (F-18)', async () => {
    const { id } = (await create()).json
    expect((await graph(`/me/events/${id}`, { method: 'DELETE' })).status).toBe(204)
    const again = await graph(`/me/events/${id}`, { method: 'DELETE' })
    expect([again.status, again.json.error.code]).toEqual([404, 'ErrorItemNotFound'])
  })

  test('honours If-Match (F-17)', async () => {
    const { id } = (await create()).json
    const path = `/me/events/${id}`
    expect((await graph(path, { method: 'DELETE', headers: { 'if-match': 'W/"old"' } })).status).toBe(412)
  })
})

test('an update of the times is refused where the event has changed since, or would be all-day off midnight', async () => {
  const { id } = (await create()).json
  const at = (hour: string) => ({ dateTime: `2027-01-05T${hour}:00:00`, timeZone: 'UTC' })
  const times = { start: at('10'), end: at('11') }
  const patch = (body: unknown, match?: string) => {
    const headers = match === undefined ? {} : { 'if-match': match }
    return graph(`/me/events/${id}`, { method: 'PATCH', body, headers })
  }
  expect((await patch(times, 'W/"another"')).status).toBe(412)
  expect((await patch({ ...times, isAllDay: true })).status).toBe(400)
  expect((await patch({ start: at('11'), end: at('10') })).status).toBe(400)
  emulator.journal.clear() // requests that a validator would rightly refuse
  expect((await patch(times)).status).toBe(200)
  const kept = (await graph(`/me/events/${id}`, { prefer: 'outlook.timezone="UTC"' })).json
  expect(kept).toMatchObject({ subject: 'Appointment', start: { dateTime: '2027-01-05T10:00:00.0000000' } })
})

test('an update makes a series of an event, whose appointments are listed, moved and removed alone', async () => {
  const { id, '@odata.etag': etag } = (await create()).json
  const path = `/me/events/${id}`
  const patch = (where: string, body: unknown) => graph(where, { method: 'PATCH', body, prefer: IMMUTABLE })
  const pattern = { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'monday' }
  const recurrence = { pattern, range: { type: 'numbered', numberOfOccurrences: 3, startDate: '2027-01-05' } }
  const series = (await patch(path, { recurrence })).json
  expect(series).toMatchObject({ id, type: 'seriesMaster' })
  expect(series['@odata.etag']).not.toBe(etag)
  const instances = async () =>
    (
      await graph(`${path}/instances?startDateTime=2027-01-01T00:00:00Z&endDateTime=2027-03-01T00:00:00Z`, {
        prefer: IMMUTABLE,
      })
    ).json.value
  const [, second, third] = await instances()
  expect(second).toMatchObject({ type: 'occurrence', seriesMasterId: id })
  const at = (time: string) => ({ dateTime: `2027-01-12T${time}:00`, timeZone: 'UTC' })
  expect((await patch(`/me/events/${second?.id}`, { start: at('15:00'), end: at('16:00') })).json.type).toBe(
    'exception',
  )
  expect((await graph(`/me/events/${third?.id}`, { method: 'DELETE' })).status).toBe(204)
  expect((await instances()).map(({ type }) => type)).toEqual(['occurrence', 'exception'])
  expect((await graph(path, { method: 'DELETE' })).status).toBe(204)
  expect((await graph(`/me/events/${second?.id}`)).status).toBe(404)
})

test('Outlook mails those who are invited, and again when it is called off', async () => {
  const { id } = (await create({ attendees: [{ emailAddress: { address: 'kim@clients.example' } }] })).json
  expect((await graph(`/me/events/${id}`, { method: 'DELETE' })).status).toBe(204)
  await create()
  const to = 'kim@clients.example'
  expect(account.mailbox.sent).toEqual([
    { what: 'invitation', to },
    { what: 'cancellation', to },
  ])
})

test('only the organizer cancels', async () => {
  const theirs = emulator.addEvent(account, {
    start: '2027-01-06T09:00',
    end: '2027-01-06T10:00',
    responseStatus: 'accepted',
  })
  const ours = emulator.addEvent(account, { start: '2027-01-06T09:00', end: '2027-01-06T10:00' })
  const cancel = (id: string) => graph(`/me/events/${id}/cancel`, { body: { Comment: 'Sorry' } })
  expect([(await cancel(theirs.id)).status, (await cancel(ours.id)).status]).toEqual([400, 202])
  expect(emulator.event(account, ours.id)).toBeUndefined()
})

test('new events may stay out of listings for a while (F-38)', async () => {
  emulator.quirks.hideNewEvents = true
  const { json } = await create({
    start: { dateTime: '2027-09-01T09:00:00', timeZone: 'UTC' },
    end: { dateTime: '2027-09-01T10:00:00', timeZone: 'UTC' },
  })
  const listed = async () =>
    (await graph(view('2027-09-01T00:00:00Z', '2027-09-02T00:00:00Z'), { prefer: IMMUTABLE })).json.value
  expect([await listed(), (await graph(`/me/events/${json.id}`)).status]).toEqual([[], 200])
  emulator.settle()
  emulator.quirks.hideNewEvents = false
  expect((await listed()).map(({ id }) => id)).toEqual([json.id])
})

test('poison: every answer carries what nobody asked for', async () => {
  emulator.addEvent(account, { start: '2027-11-01T09:00', end: '2027-11-01T10:00', subject: 'Secret' })
  emulator.quirks.poison = true
  const { json } = await graph(view('2027-11-01T00:00:00Z', '2027-11-02T00:00:00Z', '&$select=start'))
  emulator.quirks.poison = false
  expect(json.value[0]).toMatchObject({ subject: 'Secret', body: expect.anything(), attendees: expect.anything() })
})
