import { afterEach, beforeEach, expect, it } from 'vitest'
import type { EmulatedAccount, Fault } from '../../dev/google-emulator/index.ts'
import type { ConnectionContext } from '../../src/ports/calendar-connector.ts'
import { draft } from '../contract/calendar-under-test.ts'
import { connect, type GoogleFixture, IRIS, startGoogle } from '../support/google-account.ts'

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
const online = draft({ onlineMeeting: true })
const asked = (method: string) =>
  fixture.google.journal.filter((entry) => entry.method === method && entry.path.includes('/events'))
const written = () => [...account.calendars.values()].flatMap(({ events }) => [...events.keys()])

it('a Meet link that comes later than its event is read again until it is there', async () => {
  account.answersWithPendingMeet = 3
  const event = await open().createEvent(online)
  expect(event.joinUrl).toMatch(/^https:\/\/meet\./)
  expect([asked('GET').length, asked('POST').length, account.answersWithPendingMeet]).toEqual([4, 1, 0])
})

it('F-12 a Meet link that comes later is read again for an event that was found, too', async () => {
  account.answersWithPendingMeet = 3
  fixture.google.failNext(GET, { status: 404 })
  fixture.google.failNext(INSERT, { reset: true, afterApply: true })
  fixture.google.failNext(GET, { status: 503, times: 3 })
  await expect(open().createEvent(online)).rejects.toThrow()
  const event = await fixture.another().calendarFor(connection).createEvent(online)
  expect([event.joinUrl?.slice(0, 13), asked('POST').length]).toEqual(['https://meet.', 1])
})

it('a Meet link that Google could not make is none, and nobody waits for it', async () => {
  account.meetFails = true
  const event = await open().createEvent(online)
  expect([event.joinUrl, asked('GET').length, written()]).toEqual([undefined, 1, [event.id]])
})

it('a Meet link that stays away leaves the event as it is', async () => {
  account.answersWithPendingMeet = 99
  const event = await open().createEvent(online)
  expect([event.joinUrl, asked('GET').length, written()]).toEqual([undefined, 4, [event.id]])
  expect(fixture.log.entries).toContainEqual(expect.objectContaining({ event: 'join_url_not_read' }))
})

it.each<[string, Fault]>([
  ['is forbidden', { status: 403 }],
  ['is not found', { status: 404, times: 3 }],
  ['fails', { status: 500, times: 9 }],
  ['is garbled', { malformed: true, times: 9 }],
])('INV-3 an event is written where the look for its Meet link %s', async (_, fault) => {
  account.answersWithPendingMeet = 99
  fixture.google.failNext(GET, { status: 404 })
  fixture.google.failNext(GET, fault)
  const event = await open().createEvent(online)
  expect([event.joinUrl, asked('POST').length, written()]).toEqual([undefined, 1, [event.id]])
})
