import { beforeEach, describe, expect, it } from 'vitest'
import { CalendarError, type CalendarFailure } from '../../src/ports/calendar-failure.ts'
import { startTwoProcesses } from '../support/booking-steps.ts'
import type { Practice } from '../support/practice.ts'
import { hoursAfter, TUESDAY_9 } from '../support/times.ts'

let practice: Practice
const { world, second, store, rows, events, called, book, cancel, workOn } = await startTwoProcesses(() => practice)
beforeEach(async () => {
  practice = await world.practice()
})

const failure = (reason: CalendarFailure) => new CalendarError(reason, reason)

describe('INV-3 the event of a booking', () => {
  it('T-10 PR-08 is written once, private, and says nothing of the client', async () => {
    const id = await book()
    await world.first.work()
    for (const process of [world.first, second]) await process.jobs.reconcileEvent.reconcile(id, { failures: 0 })
    await store.requeue()
    await workOn()
    expect(called('createEvent')).toHaveLength(1)
    expect(events()).toMatchObject([
      { start: new Date(TUESDAY_9), title: 'Appointment', attendee: undefined, visibility: 'private', key: id },
    ])
    expect(JSON.stringify(events())).not.toContain('client')
    expect(await rows()).toMatchObject([{ event_status: 'WRITTEN', event_id: events()[0]?.id }])
  })

  it('is written by one process at a time: another one that is at the same booking asks nothing, and comes back', async () => {
    const id = await book()
    let asked: number | undefined
    world.before = async ({ method }) => {
      if (method !== 'createEvent') return
      world.before = () => {}
      const before = world.calls.length
      await second.jobs.reconcileEvent.reconcile(id, { failures: 0 })
      asked = world.calls.length - before
    }
    await world.first.work()
    expect(asked).toBe(0)
    await workOn()
    expect(called('createEvent')).toHaveLength(1)
    expect(await rows()).toMatchObject([{ event_status: 'WRITTEN', event_id: events()[0]?.id }])
  })

  it('PR-08 says nothing in the language of the practice', async () => {
    const german = { language: 'de', languages: ['de'], clock: '24h' }
    await world.database.database.tenant.update({ where: { id: practice.tenantId }, data: german })
    await book()
    await world.first.work()
    expect(events()).toMatchObject([{ title: 'Termin' }])
  })

  it.each(['timeout', 'unavailable', 'garbled'] as const)(
    'F-12 F-13 F-20 an event is made once although the answer to its making was %s',
    async (reason) => {
      await book()
      world.calendar.failNext('createEvent', failure(reason), 'after')
      await world.first.work()
      expect(events()).toHaveLength(1)
      expect(await rows()).toMatchObject([{ event_status: 'PENDING', event_id: null }])
      await workOn()
      expect(events()).toHaveLength(1)
      expect(await rows()).toMatchObject([{ event_status: 'WRITTEN', event_id: events()[0]?.id }])
    },
  )

  it('F-18 an event that the therapist deleted counts as removed; one she moved is removed all the same', async () => {
    const [gone, moved] = [await book(), await book(1)]
    await world.first.work()
    const eventOf = (key: string) => events().find((event) => event.key === key)
    world.calendar.removeExternalEvent(practice.tenantId, eventOf(gone)?.id ?? '')
    const event = eventOf(moved)
    if (event === undefined) throw new Error('the event was not written')
    const later = { start: hoursAfter(event.start, 26), end: hoursAfter(event.end, 26) }
    world.calendar.calendars(practice.tenantId).events.set(event.id, { ...event, ...later })
    expect(events()).toMatchObject([later])
    await Promise.all([cancel(gone), cancel(moved)])
    await workOn()
    expect(events()).toEqual([])
    expect((await rows()).map(({ event_status }) => event_status)).toEqual(['REMOVED', 'REMOVED'])
  })

  it('F-16 INV-2 INV-12 that cannot be written leaves the booking standing, and is tried again for as long as it takes', async () => {
    await book()
    world.calendar.failAlways('createEvent', failure('unavailable'))
    await world.first.work()
    await world.database.pool.query('UPDATE graphile_worker._private_jobs SET attempts = max_attempts - 1')
    await workOn(2)
    expect(await rows()).toMatchObject([{ status: 'CONFIRMED', event_status: 'PENDING', event_failure: 'unavailable' }])
    world.calendar.recover()
    await workOn(1)
    expect(await rows()).toMatchObject([{ event_status: 'WRITTEN', event_failure: null }])
  })

  it('F-47 waits for the therapist after her grant is gone: one call, the booking stands, reconnecting writes it', async () => {
    const [one] = [await book(), await book(1)]
    world.calendar.failNext('createEvent', failure('reconnect'))
    await workOn()
    await store.requeue()
    await workOn()
    expect(called('createEvent')).toHaveLength(1)
    expect((await rows()).map(({ event_status }) => event_status)).toEqual(['PENDING', 'PENDING'])
    await world.connect(practice, 'bookings')
    await store.requeue(practice.tenantId)
    await workOn()
    expect(events()).toHaveLength(2)
    expect(events().map(({ key }) => key)).toContain(one)
  })
})

describe('F-24 a cancellation', () => {
  it('cancelled while the writing waits, an event is never written', async () => {
    await cancel(await book())
    await workOn()
    expect(called('createEvent')).toEqual([])
    expect(await rows()).toMatchObject([{ status: 'CANCELLED', event_status: 'REMOVED' }])
  })

  it('cancelled while the outcome of the writing is unknown, an event is found, and goes', async () => {
    const id = await book()
    world.calendar.failNext('createEvent', failure('timeout'), 'after')
    await world.first.work()
    await cancel(id)
    await workOn()
    expect(events()).toEqual([])
    expect(await rows()).toMatchObject([{ event_status: 'REMOVED' }])
  })

  it('cancelled while it is being written by another process, an event goes', async () => {
    const id = await book()
    world.before = async ({ method }) => {
      if (method !== 'createEvent') return
      world.before = () => {}
      await cancel(id)
      // The removal is due at once, and finds the writer at work.
      await second.work()
    }
    await world.first.work()
    await workOn()
    expect(events()).toEqual([])
    // By the id the writer left: how long a provider knows a key again is documented nowhere.
    expect(called('createEvent')).toHaveLength(1)
    expect(await rows()).toMatchObject([{ event_status: 'REMOVED' }])
  })

  it('T-34 cancelling leaves an event that became a series, and says so at once', async () => {
    const id = await book()
    await world.first.work()
    world.calendar.makeSeries(practice.tenantId, events()[0]?.id ?? '', 7, 4)
    await cancel(id)
    await workOn()
    expect(events()).toHaveLength(4)
    expect(called('deleteEvent')).toHaveLength(1)
    expect(await rows()).toMatchObject([{ event_status: 'FAILED', event_failure: 'conflict' }])
  })

  it('T-34 cancelling leaves an event of unknown outcome that became a series, too, and makes no other', async () => {
    const id = await book()
    world.calendar.failNext('createEvent', failure('timeout'), 'after')
    await world.first.work()
    const [event] = events()
    world.calendar.makeSeries(practice.tenantId, event?.id ?? '', 1, 10)
    await cancel(id)
    await workOn()
    expect(events()).toHaveLength(10)
    expect(await rows()).toMatchObject([{ event_status: 'FAILED', event_failure: 'conflict', event_id: event?.id }])
  })

  it('a removal that fails is tried again until the event is gone', async () => {
    const id = await book()
    await world.first.work()
    await cancel(id)
    world.calendar.failNext('deleteEvent', failure('unavailable'))
    world.calendar.failNext('deleteEvent', failure('timeout'), 'after')
    await workOn(4)
    expect(events()).toEqual([])
    expect(await rows()).toMatchObject([{ event_status: 'REMOVED' }])
  })
})
