import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newCalendar } from '../../dev/google-emulator/world.ts'
import { createGoogleCalendar } from '../../src/adapters/google-calendar/index.ts'
import type { ConnectionContext } from '../../src/ports/calendar-connector.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { silentLog } from '../../src/ports/log.ts'
import { busyOf, draft, failureOf } from '../contract/calendar-under-test.ts'
import { connect, emulatorConfig, type GoogleFixture, IRIS, startGoogle, ZONE } from '../support/google-account.ts'

const FREE_BUSY = 'POST /calendar/v3/freeBusy'
const INSERT = 'POST /calendar/v3/calendars/*/events'
const GET = 'GET /calendar/v3/calendars/*/events/*'

let fixture: GoogleFixture
let connection: ConnectionContext
beforeEach(async () => {
  fixture = await startGoogle()
  connection = await connect(fixture)
})
afterEach(() => fixture.close())

const open = (changes: Partial<ConnectionContext> = {}) => fixture.binding.calendarFor({ ...connection, ...changes })
const asked = (method: string, ending: string) =>
  fixture.google.journal.filter((entry) => entry.method === method && entry.path.endsWith(ending))

describe('free/busy of Google', () => {
  it('asks for fifty calendars at a time, and reads them all', async () => {
    const { calendars } = fixture.google.account(IRIS)
    for (let n = 0; n < 60; n += 1) calendars.set(`c${n}`, newCalendar(`c${n}`, ZONE))
    fixture.google.addEvent(
      IRIS,
      { start: { dateTime: '2027-06-14T08:00:00Z' }, end: { dateTime: '2027-06-14T09:00:00Z' } },
      'c59',
    )
    expect(await busyOf(open({ calendarIds: [...calendars.keys()] }))).toHaveLength(1)
    expect(asked('POST', '/freeBusy')).toHaveLength(2)
  })

  it('F-77 asks in the tenant’s zone, and in none that Google does not know', async () => {
    const zones = () => asked('POST', '/freeBusy').map(({ body }) => (body as { timeZone?: string }).timeZone)
    fixture.google.addEvent(IRIS, { start: { date: '2027-06-14' }, end: { date: '2027-06-15' } })
    const day = [new Date('2027-06-13T00:00:00Z'), new Date('2027-06-16T00:00:00Z')] as const
    const timeZone = 'America/Los_Angeles'
    // The calendar's own day, whatever zone the question is in.
    const busy = ['06-13T22:00/06-14T22:00']
    expect(await busyOf(open({ timeZone }), ...day)).toEqual(busy)
    expect(zones()).toEqual([timeZone])
    fixture.google.account(IRIS).unknownZones.add(timeZone)
    expect(await busyOf(open({ timeZone }), ...day)).toEqual(busy)
    expect(zones()).toEqual([timeZone, timeZone, undefined])
  })

  it('reads up to fifty calendars in one request', async () => {
    await busyOf(open())
    expect(asked('POST', '/freeBusy')).toHaveLength(1)
  })

  it.each([
    ['an error beside others that worked', { busy: [], errors: [{ reason: 'internalError' }] }, 'unavailable'],
    ['a calendar that is not there', { busy: [], errors: [{ reason: 'notFound' }] }, 'not_found'],
    ['an error of a new kind', { errors: [{ reason: 'somethingNew' }] }, 'unavailable'],
    ['neither times nor an error', {}, 'garbled'],
    ['a time without an end', { busy: [{ start: '2027-06-14T08:00:00Z' }] }, 'garbled'],
    ['a time without a zone', { busy: [{ start: '2027-06-14T08:00:00', end: '2027-06-14T09:00:00' }] }, 'garbled'],
    [
      'a time that ends before it starts',
      { busy: [{ start: '2027-06-14T09:00:00Z', end: '2027-06-14T08:00:00Z' }] },
      'garbled',
    ],
  ])('INV-7 %s fails the whole read', async (_, second, reason) => {
    const [main = '', other = ''] = connection.calendarIds
    const body = { calendars: { [main]: { busy: [] }, [other]: second } }
    fixture.google.failNext(FREE_BUSY, { status: 200, body })
    expect((await failureOf(busyOf(open()))).reason).toBe(reason)
  })

  it('INV-7 a calendar missing from the answer fails the whole read', async () => {
    const [main = ''] = connection.calendarIds
    fixture.google.failNext(FREE_BUSY, { status: 200, body: { calendars: { [main]: { busy: [] } } } })
    expect((await failureOf(busyOf(open()))).reason).toBe('garbled')
  })

  it.each([
    ['an error inside a 200', { error: { code: 503 } }],
    ['an HTML page', '<html>'],
    ['a list', []],
  ])('F-31 F-32 %s is garbled', async (_, body) => {
    fixture.google.failNext(FREE_BUSY, { status: 200, body })
    expect((await failureOf(busyOf(open()))).reason).toBe('garbled')
  })

  it('F-33 a body larger than anything we asked for is garbled', async () => {
    fixture.google.failNext(FREE_BUSY, { status: 200, body: { calendars: {}, padding: 'x'.repeat(6_000_000) } })
    expect(await failureOf(busyOf(open()))).toMatchObject({ reason: 'garbled', code: 'too_large' })
  })

  it('F-39 CL-03 a redirect is not followed', async () => {
    let visits = 0
    const elsewhere = createServer((_, response) => response.end(String(++visits)))
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`
    fixture.google.failNext(FREE_BUSY, { status: 307, headers: { location }, times: 9 })
    expect((await failureOf(busyOf(open()))).reason).toBe('unavailable')
    expect(visits).toBe(0)
    await new Promise((resolve) => elsewhere.close(resolve))
  })

  it('a passing 503 is repeated', async () => {
    fixture.google.failNext(FREE_BUSY, { status: 503 })
    fixture.google.failNext(FREE_BUSY, { reset: true })
    expect(await busyOf(open())).toEqual([])
    expect(asked('POST', '/freeBusy')).toHaveLength(3)
  })

  it('INV-6 a token goes to the configured origin only', async () => {
    const config = { ...emulatorConfig(fixture.google.origin), apiUrl: 'http://127.0.0.1:1' }
    const seen: string[] = []
    const recording: typeof fetch = (input, init) => {
      seen.push(new URL(input instanceof Request ? input.url : input).origin)
      return fetch(input, init)
    }
    const parts = { vault: fixture.vault, clock: systemClock, log: silentLog, sleep: async () => undefined }
    const binding = createGoogleCalendar({ config, fetch: recording, ...parts })
    expect((await failureOf(busyOf(binding.calendarFor(connection)))).reason).toBe('unavailable')
    expect(new Set(seen)).toEqual(new Set(['http://127.0.0.1:1']))
  })
})

describe('events of Google', () => {
  it('PR-01 PR-02 no request asks for titles, and none is kept', async () => {
    const made = await open().createEvent(draft({ title: 'POISON' }))
    const again = await open().createEvent(draft({ idempotencyKey: randomUUID(), title: 'POISON' }))
    await open().deleteEvent(made.id)
    await fixture.binding.connector.listCalendars(connection)
    const masks = fixture.google.journal
      .filter(({ method, path }) => method !== 'DELETE' && path.startsWith('/calendar/v3/'))
      .map(({ path, query }) => [path.includes('calendarList'), query.fields ?? 'everything'])
    expect(masks.length).toBeGreaterThan(4)
    for (const [isList, fields] of masks)
      if (!isList) expect(fields).not.toMatch(/summary|description|location|attendees|everything|\*/)
    expect(JSON.stringify([made, again, fixture.log.entries])).not.toContain('POISON')
  })

  it('PR-10 sends exactly this', async () => {
    const params = draft({ onlineMeeting: true })
    await open().createEvent(params)
    const [insert] = asked('POST', '/events')
    const id = params.idempotencyKey.replaceAll('-', '')
    expect(insert?.query).toMatchObject({ sendUpdates: 'none', conferenceDataVersion: '1' })
    expect(insert?.body).toEqual({
      id,
      summary: 'Appointment',
      start: { dateTime: '2027-06-14T10:00:00.000Z', timeZone: ZONE },
      end: { dateTime: '2027-06-14T10:50:00.000Z', timeZone: ZONE },
      visibility: 'private',
      transparency: 'opaque',
      conferenceData: { createRequest: { requestId: id, conferenceSolutionKey: { type: 'hangoutsMeet' } } },
      extendedProperties: { private: { bookingId: params.idempotencyKey, bookingIdOurs: '1' } },
    })
  })

  it('T-10 a tag in a description stays text', async () => {
    await open().createEvent(draft({ description: '<img src=x> & more' }))
    expect(asked('POST', '/events')[0]?.body).toMatchObject({ description: '&lt;img src=x> &amp; more' })
  })

  it.each([
    ['F-12 breaks the line', { reset: true, afterApply: true }],
    ['F-13 answers 504', { status: 504, afterApply: true }],
    ['F-20 cuts its answer in half', { malformed: true }],
  ])('when Google applies and %s, the event is looked up and not inserted twice', async (_, fault) => {
    fixture.google.failNext(INSERT, fault)
    const params = draft()
    const made = await open().createEvent(params)
    expect(made).toMatchObject({ start: params.start, end: params.end })
    expect(asked('POST', '/events')).toHaveLength(1)
  })

  it('F-12 with the look-up failing too the outcome stays unknown, and said again it is found', async () => {
    const params = draft()
    fixture.google.failNext(GET, { status: 404 })
    fixture.google.failNext(INSERT, { reset: true, afterApply: true })
    fixture.google.failNext(GET, { status: 503, times: 3 })
    expect((await failureOf(open().createEvent(params))).reason).toBe('unavailable')
    await fixture.another().calendarFor(connection).createEvent(params)
    expect(asked('POST', '/events')).toHaveLength(1)
  })

  it('INV-3 two processes at once make one event', async () => {
    const params = draft()
    const processes = [fixture.binding, fixture.another(), fixture.another()]
    const made = await Promise.all(processes.map((binding) => binding.calendarFor(connection).createEvent(params)))
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
  })

  it('an id that is taken by an event of another make, or by a deleted one, is a conflict', async () => {
    const params = draft()
    const { id } = await open().createEvent(params)
    await open().deleteEvent(id)
    expect((await failureOf(open().createEvent(params))).reason).toBe('conflict')
  })

  it('T-34 an id that we could not have made is never asked to be deleted', async () => {
    const id = fixture.google.addEvent(IRIS, { start: { date: '2027-06-14' }, end: { date: '2027-06-15' } })
    expect((await failureOf(open().deleteEvent(id))).reason).toBe('forbidden')
    expect(fixture.google.journal.filter(({ method }) => method === 'DELETE')).toEqual([])
  })

  it('a guest hears of the deletion, and otherwise nobody is written to', async () => {
    const alone = await open().createEvent(draft())
    const invited = await open().createEvent(draft({ attendee: { name: 'Ada', email: 'ada@client.example' } }))
    await open().deleteEvent(alone.id)
    await open().deleteEvent(invited.id)
    const deletions = fixture.google.journal.filter(({ method }) => method === 'DELETE')
    expect(deletions.map(({ query }) => query.sendUpdates)).toEqual(['none', 'all'])
  })
})
