import { expect, test } from 'vitest'
import type { Fault } from '../../dev/microsoft-emulator/index.ts'
import { writerOf } from './connections.ts'
import type { ConnectOptions } from './support.ts'
import { bindingOf, booking, type Connected, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator } = fixture
const POST = 'POST /v1.0/me/events'
const ONE = 'GET /v1.0/me/events/*'
const CALENDAR = 'GET /v1.0/me/calendar'
const ALWAYS = { times: Number.POSITIVE_INFINITY }

const posts = () => emulator.journal.matching(/^POST .*\/me\/events$/)
const events = ({ account }: Connected) => emulator.events(account)

const writer = (options: ConnectOptions = {}) => writerOf(fixture, options)

test('a video link comes from the provider that the mailbox allows', async () => {
  const { provider } = await writer()
  const event = await provider.createEvent(booking({ onlineMeeting: true }))
  expect(event.joinUrl).toMatch(/^https:\/\/teams\.microsoft\.com\//)
  expect(posts()[0]?.requestBody).toMatchObject({ isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' })
})

const reads = () => emulator.journal.matching(/^GET .*\/me\/events\/A/)

test('a video link that comes late is looked for three times, a second apart', async () => {
  const { provider } = await writer()
  emulator.quirks.answersWithoutJoinUrl = 3
  const event = await provider.createEvent(booking({ onlineMeeting: true }))
  expect(event.joinUrl).toMatch(/^https:/)
  expect(reads()).toHaveLength(3)
  expect(fixture.clock.waits).toEqual([1000, 1000])
})

test('F-12 a video link that comes late is looked for when the answer to the POST was lost, too', async () => {
  const connected = await writer()
  emulator.quirks.answersWithoutJoinUrl = 2
  emulator.faults.failNext(POST, { status: 504, applied: true })
  const event = await connected.provider.createEvent(booking({ onlineMeeting: true }))
  expect(event.joinUrl).toMatch(/^https:/)
  expect([posts().length, events(connected).length, reads().length]).toEqual([1, 1, 1])
})

test('a video link that stays away leaves the event as it is', async () => {
  const connected = await writer()
  emulator.quirks.answersWithoutJoinUrl = 4
  const event = await connected.provider.createEvent(booking({ onlineMeeting: true }))
  expect([event.joinUrl, events(connected).length, reads().length]).toEqual([undefined, 1, 3])
  expect(emulator.quirks.answersWithoutJoinUrl).toBe(0)
})

test('a video link that cannot be looked for leaves the event as it is', async () => {
  const connected = await writer()
  emulator.quirks.answersWithoutJoinUrl = 1
  emulator.faults.failNext(ONE, { status: 403 })
  const event = await connected.provider.createEvent(booking({ onlineMeeting: true }))
  expect([event.joinUrl, events(connected).length, posts().length]).toEqual([undefined, 1, 1])
})

test.each(['work', 'personal'] as const)(
  'a video link is not asked for where a %s mailbox has none to give, and nobody waits',
  async (kind) => {
    const connected = await writer({ account: { kind, teams: false } })
    const event = await connected.provider.createEvent(booking({ onlineMeeting: true }))
    expect(posts()[0]?.requestBody).not.toHaveProperty('isOnlineMeeting')
    expect(events(connected).map(({ immutableId }) => immutableId)).toEqual([event.id])
    expect([event.joinUrl, reads().length]).toEqual([undefined, 0])
  },
)

test('a video link is no link when it is not https', async () => {
  const { provider } = await writer()
  emulator.faults.failNext(POST, {
    kind: 'events',
    set: { onlineMeeting: { joinUrl: 'javascript:alert(1)' }, webLink: 'http://x.example' },
  })
  emulator.faults.failNext(ONE, { status: 404 })
  const event = await provider.createEvent(booking({ onlineMeeting: true }))
  expect([event.joinUrl, event.webLink]).toEqual([undefined, undefined])
})

const FAILURES: [string, Fault][] = [
  ['is forbidden', { status: 403 }],
  ['is not found', { status: 404 }],
  ['is refused', { status: 400 }],
  ['fails', { status: 500, code: 'ErrorInternalServerError' }],
  ['is throttled', { status: 429 }],
  ['is garbled', { kind: 'malformed-json' }],
  ['hangs', { kind: 'hang' }],
]

/** Our side, with less time for a meeting than for an exchange. */
const patient = (connected: Connected) =>
  bindingOf(fixture, { limits: { meetingMs: 150 } }).calendarFor(connected.connection)

test.each(FAILURES)('INV-3 an event is written where the look-up of its video service %s', async (_, fault) => {
  const connected = await writer()
  emulator.faults.failNext(CALENDAR, fault, ALWAYS)
  const event = await patient(connected).createEvent(booking({ onlineMeeting: true }))
  expect(events(connected).map(({ immutableId }) => immutableId)).toEqual([event.id])
  expect(posts()).toHaveLength(1)
  expect(posts()[0]?.requestBody).not.toHaveProperty('isOnlineMeeting')
})

test.each(FAILURES)('INV-3 an event is written where the look for its video link %s', async (_, fault) => {
  const connected = await writer()
  emulator.quirks.answersWithoutJoinUrl = 1
  emulator.faults.failNext(ONE, fault, ALWAYS)
  const event = await patient(connected).createEvent(booking({ onlineMeeting: true }))
  emulator.quirks.answersWithoutJoinUrl = 0
  expect(events(connected).map(({ immutableId }) => immutableId)).toEqual([event.id])
  expect([event.joinUrl, posts().length]).toEqual([undefined, 1])
})

test('INV-3 what hangs about a video link leaves time for the event', async () => {
  const connected = await writer()
  const limits = { attemptMs: 60_000, meetingMs: 60_000, writeMs: 800 }
  emulator.faults.failNext(CALENDAR, { kind: 'hang' }, ALWAYS)
  const provider = bindingOf(fixture, { limits }).calendarFor(connected.connection)
  const event = await provider.createEvent(booking({ onlineMeeting: true }))
  expect(events(connected).map(({ immutableId }) => immutableId)).toEqual([event.id])
})

test('INV-3 an event that is refused with a video link is written without', async () => {
  const connected = await writer()
  emulator.faults.failNext(POST, { status: 400, code: 'ErrorPropertyValidationFailure' })
  const event = await connected.provider.createEvent(booking({ onlineMeeting: true }))
  expect(events(connected).map(({ immutableId }) => immutableId)).toEqual([event.id])
  expect(posts()[0]?.requestBody).toHaveProperty('isOnlineMeeting')
  expect(posts()[1]?.requestBody).not.toHaveProperty('isOnlineMeeting')
  expect([event.joinUrl, posts().length]).toEqual([undefined, 2])
})
