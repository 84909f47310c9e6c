import { expect, test } from 'vitest'
import { writerOf } from './connections.ts'
import { booking, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator } = fixture
const POST = 'POST /v1.0/me/events'

const sent = () =>
  emulator.journal
    .matching(/^POST .*\/me\/events$/)
    .map(({ requestBody }) => (requestBody as { start: { timeZone: string } }).start.timeZone)

/** An event of fifty minutes, as Graph holds it. */
async function written(start: string, timeZone: string) {
  const { account, provider } = await writerOf(fixture)
  const params = booking({ start: new Date(start), end: new Date(Date.parse(start) + 50 * 60_000), timeZone })
  const event = await provider.createEvent(params)
  const [held] = emulator.events(account)
  expect([held?.start, held?.end]).toEqual([params.start.getTime(), params.end.getTime()])
  expect([event.start, event.end]).toEqual([params.start, params.end])
  return held?.timeZone
}

test.each([
  ['Europe/Berlin', 'W. Europe Standard Time'],
  ['Europe/Vienna', 'W. Europe Standard Time'],
  ['Europe/London', 'GMT Standard Time'],
  ['Europe/Kyiv', 'FLE Standard Time'],
  ['America/New_York', 'Eastern Standard Time'],
  ['Asia/Kolkata', 'India Standard Time'],
  ['Australia/Lord_Howe', 'Lord Howe Standard Time'],
])('PR-10 an event is written in the zone of the therapist: %s, winter and summer', async (zone, name) => {
  expect(await written('2027-01-05T09:00:00Z', zone)).toBe(name)
  expect(await written('2027-07-05T09:00:00Z', zone)).toBe(name)
})

test.each([
  ['F-74 starts in the hour that is repeated, before', '2027-10-31T00:10:00Z'],
  ['F-74 starts in the hour that is repeated, after', '2027-10-31T01:10:00Z'],
  ['F-74 ends in the hour that is repeated', '2027-10-30T23:30:00Z'],
])('an event that %s the clock change keeps its instants, in UTC', async (_, start) => {
  expect(await written(start, 'Europe/Berlin')).toBe('UTC')
})

test.each(['2027-03-28T00:30:00Z', '2027-03-28T01:00:00Z'])(
  'F-73 an event at the hour that is skipped, %s, keeps its instants',
  async (start) => {
    expect(await written(start, 'Europe/Berlin')).toBe('W. Europe Standard Time')
  },
)

test.each(['UTC', 'Antarctica/Troll', 'No/Where'])(
  'an event in %s, which Windows does not have, is in UTC',
  async (zone) => {
    expect(await written('2027-07-05T09:00:00Z', zone)).toBe('UTC')
  },
)

test('an event whose zone Graph does not know is written in UTC, and keeps its video link', async () => {
  const { account, provider } = await writerOf(fixture)
  emulator.faults.failNext(POST, { status: 400, code: 'TimeZoneNotSupportedException' })
  const event = await provider.createEvent(booking({ onlineMeeting: true }))
  expect(emulator.events(account).map(({ immutableId }) => immutableId)).toEqual([event.id])
  expect(sent()).toEqual(['W. Europe Standard Time', 'UTC'])
  expect(event.joinUrl).toMatch(/^https:/)
})
