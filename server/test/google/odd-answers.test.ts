import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EmulatedAccount } from '../../dev/google-emulator/index.ts'
import type { ConnectionContext } from '../../src/ports/calendar-connector.ts'
import { busyOf, draft, failureOf } from '../contract/calendar-under-test.ts'
import { connect, fetchAfter, type GoogleFixture, IRIS, startGoogle, ZONE } from '../support/google-account.ts'

const GET = 'GET /calendar/v3/calendars/*/events/*'
const INSERT = 'POST /calendar/v3/calendars/*/events'

let fixture: GoogleFixture
let connection: ConnectionContext
let account: EmulatedAccount
beforeEach(async () => {
  fixture = await startGoogle()
  connection = await connect(fixture)
  account = fixture.google.account(IRIS)
})
afterEach(() => fixture.close())

const open = () => fixture.binding.calendarFor(connection)
const inserts = () => fixture.google.journal.filter(({ method, path }) => method === 'POST' && path.endsWith('/events'))
const written = () => [...account.calendars.values()].flatMap(({ events }) => [...events.values()])

it.each([
  ['with a video link', true],
  ['without a video link', undefined],
])('an event in a zone that Google does not know is written without the name, %s', async (_, onlineMeeting) => {
  account.unknownZones.add(ZONE)
  const params = draft(onlineMeeting ? { onlineMeeting } : {})
  const event = await open().createEvent(params)
  expect(event).toMatchObject({ start: params.start, end: params.end })
  expect(written().map(({ start }) => start)).toEqual([{ dateTime: params.start.toISOString() }])
  expect(event.joinUrl !== undefined).toBe(onlineMeeting === true)
})

it('an event without Meet in a zone that Google does not know is written without both', async () => {
  account.unknownZones.add(ZONE)
  account.meet = false
  const event = await open().createEvent(draft({ onlineMeeting: true }))
  expect([event.joinUrl, written().length, inserts().length]).toEqual([undefined, 1, 4])
})

it('F-19 an event that is refused however it is asked for ends with the refusal', async () => {
  fixture.google.failNext(INSERT, { status: 400, times: 9 })
  expect((await failureOf(open().createEvent(draft()))).status).toBe(400)
  expect([written().length, inserts().length]).toEqual([0, 2])
})

it.each([
  ['a link that is none', { htmlLink: 'calendar?eid=1', hangoutLink: 'soon' }],
  ['a link that is no text', { htmlLink: 7, hangoutLink: null }],
  ['a conference of another form', { conferenceData: { createRequest: 'pending', entryPoints: 'none' } }],
])('F-20 %s does not spoil the event', async (_, change) => {
  const params = draft()
  const { id, start, end } = await open().createEvent(params)
  const held = { id, status: 'confirmed', start: { dateTime: start }, end: { dateTime: end } }
  const extendedProperties = { private: { bookingId: params.idempotencyKey } }
  fixture.google.failNext(GET, { status: 200, body: { ...held, extendedProperties, ...change } })
  expect(await open().createEvent(params)).toEqual({ id, start, end })
})

it('F-20 an event that she made all-day is found, from midnight to midnight', async () => {
  const params = draft()
  const { id } = await open().createEvent(params)
  fixture.google.editEvent(IRIS, id, { start: { date: '2027-06-14' }, end: { date: '2027-06-15' } })
  expect(await open().createEvent(params)).toMatchObject({
    id,
    start: new Date('2027-06-13T22:00:00Z'),
    end: new Date('2027-06-14T22:00:00Z'),
  })
})

it.each([[null], [{ private: null }]])(
  'T-34 an event with the properties %j is not ours',
  async (extendedProperties) => {
    const { id } = await open().createEvent(draft())
    const body = { id, status: 'confirmed', etag: '"1"', start: { date: '2027-06-14' }, extendedProperties }
    fixture.google.failNext(GET, { status: 200, body })
    expect(await failureOf(open().deleteEvent(id))).toMatchObject({ reason: 'forbidden', code: 'not_ours' })
  },
)

it('F-18 a deleted event of which Google tells the id alone counts as removed, and its id as used up', async () => {
  const params = draft()
  const { id } = await open().createEvent(params)
  fixture.google.failNext(GET, { status: 200, body: { id } })
  await open().deleteEvent(id)
  expect(fixture.google.journal.filter(({ method }) => method === 'DELETE')).toEqual([])
  fixture.google.failNext(GET, { status: 200, body: { id } })
  expect((await failureOf(open().createEvent(params))).reason).toBe('conflict')
})

describe('a mistake in our own code', () => {
  const FREE_BUSY = 'POST /calendar/v3/freeBusy'
  const mistake = (): never => {
    throw new TypeError('POISON-SUBJECT')
  }
  const OURS = { reason: 'misconfigured', code: 'TypeError' }
  const read = (binding = fixture.binding, to = connection) => failureOf(busyOf(binding.calendarFor(to)))

  it.each(['around a call', 'in a call'])(
    '%s is called ours, not repeated, and logged by its class and place alone',
    async (where) => {
      let calls = 0
      const counting = fetchAfter('POST', () => {
        calls += 1
        mistake()
      })
      const failing = Object.defineProperty({ ...connection }, 'timeZone', { get: mistake })
      const inCall = where === 'in a call'
      const failure = await (inCall ? read(fixture.another({ fetch: counting })) : read(fixture.binding, failing))
      expect(failure).toMatchObject(OURS)
      expect(calls).toBe(inCall ? 1 : 0)
      expect(fixture.log.of('calendar_adapter_failed')).toEqual([
        { connectionId: connection.id, error: 'TypeError', at: expect.stringMatching(/^odd-answers\.test\.ts:\d+$/) },
      ])
      expect(inspect([failure, fixture.log.entries], { depth: 12, showHidden: true })).not.toContain('POISON')
    },
  )

  it('says nothing of Google to the circuit breaker', async () => {
    let isMistaken = false
    const binding = fixture.another({ fetch: fetchAfter('POST', () => isMistaken && mistake()) })
    fixture.google.failNext(FREE_BUSY, { status: 503, times: 9 })
    const codes: unknown[] = []
    for (const mistaken of [false, false, true, false]) {
      isMistaken = mistaken
      codes.push((await read(binding)).code)
    }
    // Three tries each, of which the eighth failure opens it.
    expect(codes).toEqual(['backendError', 'backendError', 'TypeError', 'circuit_open'])
  })

  it('after an event was written: the event is looked for and found', async () => {
    const failing: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init)
      return init?.method === 'POST' ? mistake() : answer
    }
    const event = await fixture.another({ fetch: failing }).calendarFor(connection).createEvent(draft())
    expect(written().map(({ id }) => id)).toEqual([event.id])
  })
})
