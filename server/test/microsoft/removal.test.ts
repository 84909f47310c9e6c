import { describe, expect, test } from 'vitest'
import type { Fault } from '../../dev/microsoft-emulator/index.ts'
import { booking, connect, failureOf, reasonOf, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator } = fixture
const ONE = 'GET /v1.0/me/events/*'
const WEEKLY = {
  pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'monday' },
  range: { type: 'noEnd', startDate: '2027-01-05' },
} as const

async function written() {
  const connected = await connect(fixture)
  const { id } = await connected.provider.createEvent(booking())
  emulator.journal.clear()
  return { ...connected, id, stands: () => emulator.event(connected.account, id) !== undefined }
}
const makeWeekly = ({ account, id }: Awaited<ReturnType<typeof written>>): void =>
  emulator.makeSeries(account, id, { ...WEEKLY, pattern: { ...WEEKLY.pattern, daysOfWeek: ['tuesday'] } })
const deletions = () => emulator.journal.matching('DELETE')

/** Does this before the next DELETE is carried out. */
const beforeDeletion = (work: () => void, times = 1): void => {
  let left = times
  emulator.faults.failNext(
    ({ method }) => {
      if (method === 'DELETE' && left-- > 0) work()
      return false
    },
    { status: 500 },
  )
}

describe('T-34 removing an event at Microsoft', () => {
  test('an event that has become a series asks for nothing to be deleted', async () => {
    const event = await written()
    makeWeekly(event)
    expect(await failureOf(event.provider.deleteEvent(event.id))).toMatchObject({ reason: 'conflict', code: 'series' })
    expect([deletions(), event.stands()]).toEqual([[], true])
  })

  test('an event that becomes a series between the look and the request, where If-Match is heeded', async () => {
    const event = await written()
    beforeDeletion(() => makeWeekly(event))
    expect(await failureOf(event.provider.deleteEvent(event.id))).toMatchObject({ reason: 'conflict', code: 'series' })
    expect([deletions().map(({ status }) => status), event.stands()]).toEqual([[412], true])
  })

  test('an event that changes meanwhile is looked at again, and goes; one that always changes is left for later', async () => {
    const [event, restless] = [await written(), await written()]
    const touch = ({ account, id }: typeof event) => emulator.event(account, id)?.touch(new Date())
    beforeDeletion(() => touch(event))
    await event.provider.deleteEvent(event.id)
    expect(event.stands()).toBe(false)
    beforeDeletion(() => touch(restless), 9)
    expect(await failureOf(restless.provider.deleteEvent(restless.id))).toMatchObject({
      reason: 'unavailable',
      code: 'changed',
    })
    expect(restless.stands()).toBe(true)
  })

  test.each([
    ['of no type', { kind: 'events', set: { type: undefined } } as Fault, 'garbled'],
    ['of a type that is no word', { kind: 'events', set: { type: 7 } } as Fault, 'garbled'],
    ['of a type to come', { kind: 'events', set: { type: 'unknownFutureValue' } } as Fault, 'conflict'],
    ['of a series', { kind: 'events', set: { type: 'occurrence' } } as Fault, 'conflict'],
    ['with a time of its own in a series', { kind: 'events', set: { type: 'exception' } } as Fault, 'conflict'],
  ])('%s deletes nothing', async (_, fault, reason) => {
    const { provider, id } = await written()
    emulator.faults.failNext(ONE, fault)
    expect(await reasonOf(provider.deleteEvent(id))).toBe(reason)
    expect(deletions()).toEqual([])
    emulator.faults.clear()
  })
})
