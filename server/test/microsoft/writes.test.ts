import { describe, expect, test } from 'vitest'
import type { Fault } from '../../dev/microsoft-emulator/index.ts'
import { writerOf } from './connections.ts'
import type { ConnectOptions } from './support.ts'
import { bindingOf, booking, type Connected, failureOf, reasonOf, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator } = fixture
const POST = 'POST /v1.0/me/events'
const ONE = 'GET /v1.0/me/events/*'

const posts = () => emulator.journal.matching(/^POST .*\/me\/events$/)
const events = ({ account }: Connected) => emulator.events(account)

const writer = (options: ConnectOptions = {}) => writerOf(fixture, options)

describe('createEvent', () => {
  test('PR-09 PR-10 writes exactly this, and answers what Graph holds', async () => {
    const connected = await writer()
    const params = booking()
    const event = await connected.provider.createEvent(params)
    expect(posts().map(({ requestBody }) => requestBody)).toEqual([
      {
        transactionId: params.idempotencyKey,
        subject: 'Appointment',
        start: { dateTime: '2027-01-05T10:00:00.000', timeZone: 'W. Europe Standard Time' },
        end: { dateTime: '2027-01-05T10:50:00.000', timeZone: 'W. Europe Standard Time' },
        showAs: 'busy',
        sensitivity: 'private',
        singleValueExtendedProperties: [
          { id: expect.stringMatching(/^String \{[0-9a-f-]{36}\} Name BookingId$/), value: params.idempotencyKey },
        ],
      },
    ])
    expect(event).toEqual({
      id: events(connected)[0]?.immutableId,
      start: params.start,
      end: params.end,
      webLink: expect.any(String),
      changeKey: expect.any(String),
    })
  })

  test('PR-09 T-10 writes text as text, and invites nobody unless asked', async () => {
    const connected = await writer()
    await connected.provider.createEvent(booking({ description: '<img src=x onerror=alert(1)>' }))
    expect(posts()[0]?.requestBody).toMatchObject({
      body: { contentType: 'text', content: '<img src=x onerror=alert(1)>' },
    })
    expect(posts()[0]?.requestBody).not.toHaveProperty('attendees')
    await connected.provider.createEvent(booking({ attendee: { name: 'Robin Fenn', email: 'robin@clients.example' } }))
    expect(posts()[1]?.requestBody).toMatchObject({
      attendees: [{ type: 'required', emailAddress: { name: 'Robin Fenn', address: 'robin@clients.example' } }],
    })
  })

  test('F-21 answers instants, however Graph words them', async () => {
    const connected = await writer()
    const params = booking()
    const berlin = { dateTime: '2027-01-05T10:00:00.0000000', timeZone: 'W. Europe Standard Time' }
    emulator.faults.failNext(POST, { kind: 'events', set: { start: berlin } })
    expect((await connected.provider.createEvent(params)).start).toEqual(params.start)
  })

  test('keeps the id of an event that is moved to another calendar', async () => {
    const connected = await writer()
    const { id } = await connected.provider.createEvent(booking())
    emulator.moveEvent(connected.account, id, emulator.addCalendar(connected.account, 'Elsewhere'))
    await connected.provider.deleteEvent(id)
    expect(events(connected)).toEqual([])
  })

  test('sends the preference for immutable ids with every request of every kind', async () => {
    const connected = await writer()
    const { id } = await connected.provider.createEvent(booking({ onlineMeeting: true }))
    await connected.provider.deleteEvent(id)
    await fixture.binding.connector.listCalendars(connected.connection)
    const prefers = emulator.journal.of('graph').map(({ requestHeaders }) => requestHeaders.prefer)
    expect(prefers.length).toBeGreaterThan(4)
    for (const prefer of prefers) expect(prefer).toContain('IdType="ImmutableId"')
  })

  test('PR-03 a connection that may only read writes nothing, not even a request', async () => {
    const { provider } = await writer({ access: 'availability' })
    expect(await failureOf(provider.createEvent(booking()))).toMatchObject({
      reason: 'reconnect',
      code: 'insufficient_scope',
    })
    expect(await reasonOf(provider.deleteEvent('any'))).toBe('reconnect')
    expect(emulator.journal.of('graph')).toEqual([])
  })

  test('an event that ends before it starts is misconfigured', async () => {
    const { provider } = await writer()
    const { start, end } = booking()
    expect(await reasonOf(provider.createEvent(booking({ start: end, end: start })))).toBe('misconfigured')
  })
})

describe('deleteEvent', () => {
  test('F-18 removes our event, and one that is already gone counts as removed', async () => {
    const connected = await writer()
    const { id } = await connected.provider.createEvent(booking())
    await connected.provider.deleteEvent(id)
    expect(events(connected)).toEqual([])
    await connected.provider.deleteEvent(id)
  })

  test('F-18 removes our event that she moved to another calendar', async () => {
    const connected = await writer()
    const { id } = await connected.provider.createEvent(booking())
    const event = emulator.event(connected.account, id)
    if (event === undefined) throw new Error('the event was not written')
    emulator.moveEvent(connected.account, event, emulator.addCalendar(connected.account, 'Private'))
    await connected.provider.deleteEvent(id)
    expect(events(connected)).toEqual([])
  })

  test.each([404, 410])('F-18 a %i between the look and the DELETE is success', async (status) => {
    const connected = await writer()
    const { id } = await connected.provider.createEvent(booking())
    emulator.faults.failNext('DELETE /v1.0/me/events/*', { status, code: 'ErrorItemNotFound' })
    await connected.provider.deleteEvent(id)
  })

  test('a meeting that the therapist cancelled is removed', async () => {
    const connected = await writer()
    const { id } = await connected.provider.createEvent(booking())
    const event = emulator.event(connected.account, id)
    if (event) event.isCancelled = true
    await connected.provider.deleteEvent(id)
    expect(events(connected)).toEqual([])
  })

  test("T-34 the therapist's own event is never deleted", async () => {
    const connected = await writer()
    const own = emulator.addEvent(connected.account, {
      start: '2027-01-05T09:00',
      end: '2027-01-05T10:00',
      extendedProperties: [{ id: 'String {00000000-0000-4000-8000-000000000000} Name BookingId', value: 'not ours' }],
    })
    expect(await failureOf(connected.provider.deleteEvent(own.immutableId))).toMatchObject({
      reason: 'forbidden',
      code: 'not_ours',
    })
    expect(emulator.journal.matching('DELETE')).toEqual([])
    expect(events(connected)).toHaveLength(1)
  })

  test.each<[string, Fault, string]>([
    ['PR-01 an answer that is none', { kind: 'body', change: () => [] } as Fault, 'garbled'],
    ['a mailbox that is closed', { status: 403 } as Fault, 'forbidden'],
    ...['MailboxNotEnabledForRESTAPI', 'ErrorInvalidUser', 'ResourceNotFound', 'UnknownError'].map(
      (code) => [`404 ${code}`, { status: 404, code }, 'not_found'] as [string, Fault, string],
    ),
    ['an outage', { status: 503 } as Fault, 'unavailable'],
  ])('T-34 %s deletes nothing: %s', async (_, fault, reason) => {
    const connected = await writer()
    const { id } = await connected.provider.createEvent(booking())
    emulator.faults.failNext(ONE, fault, { times: Number.POSITIVE_INFINITY })
    expect(await reasonOf(connected.provider.deleteEvent(id))).toBe(reason)
    expect(emulator.journal.matching('DELETE')).toEqual([])
  })

  test('F-16 a DELETE may be repeated', async () => {
    const connected = await writer()
    const { id } = await connected.provider.createEvent(booking())
    emulator.faults.failNext('DELETE /v1.0/me/events/*', { status: 504, applied: true })
    await connected.provider.deleteEvent(id)
    expect(events(connected)).toEqual([])
  })

  test('has a deadline of its own', async () => {
    const connected = await writer()
    const { id } = await connected.provider.createEvent(booking())
    const impatient = bindingOf(fixture, { limits: { attemptMs: 60_000, writeMs: 150 } }).calendarFor(
      connected.connection,
    )
    emulator.faults.failNext(ONE, { kind: 'hang' }, { times: Number.POSITIVE_INFINITY })
    expect(await reasonOf(impatient.deleteEvent(id))).toBe('timeout')
  })
})
