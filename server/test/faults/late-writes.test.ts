import { beforeEach, describe, expect, it } from 'vitest'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import { startTwoProcesses } from '../support/booking-steps.ts'
import { makeDue } from '../support/evidence.ts'
import type { Practice } from '../support/practice.ts'
import { hoursAfter, TUESDAY_9 } from '../support/times.ts'

let practice: Practice
const { world, second, store, rows, events, called, book, cancel, workOn } = await startTwoProcesses(() => practice)
beforeEach(async () => {
  practice = await world.practice()
})

/** The provider carries out a write that was given up long ago. */
const carryOut = (key: string) => {
  const [start, end] = [new Date(TUESDAY_9), new Date(hoursAfter(TUESDAY_9, 1))]
  world.calendar.calendars(practice.tenantId).events.set(`late ${key}`, {
    id: `late ${key}`,
    calendarId: 'main',
    start,
    end,
    title: 'Appointment',
    description: undefined,
    timeZone: undefined,
    attendee: undefined,
    joinUrl: undefined,
    busy: true,
    visibility: 'private',
    key,
  })
}
/** As a restart of the database does to whoever holds an event's lock. */
const loseLock = () =>
  world.database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks
     WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )

describe('INV-3 F-24 a write that is carried out late', () => {
  it('after its lock was lost and its session cancelled: what it made is found, and goes', async () => {
    const id = await book()
    let release = () => {}
    const reached = new Promise<void>((resolve) => {
      world.before = ({ method }) => {
        if (method !== 'createEvent') return
        world.before = () => {}
        resolve()
        return new Promise((done) => {
          release = done
        })
      }
    })
    const working = world.first.work()
    await reached
    await loseLock()
    await cancel(id)
    await second.work()
    expect(await rows()).toMatchObject([{ event_status: 'REMOVING' }])
    release()
    await working
    // Its caller left when the lock was lost.
    expect(events()).toEqual([])
    carryOut(id)
    await workOn()
    expect(events()).toEqual([])
    expect(await rows()).toMatchObject([{ event_status: 'REMOVED' }])
  })

  it('although it was given up, said again and removed: what it made is found, and goes', async () => {
    const id = await book()
    world.calendar.failNext('createEvent', new CalendarError('timeout', 'no answer'))
    await world.first.work()
    await makeDue(world.database)
    await world.first.work()
    expect(await rows()).toMatchObject([{ event_status: 'WRITTEN' }])
    await cancel(id)
    await world.first.work()
    expect(events()).toEqual([])
    expect(await rows()).toMatchObject([{ event_status: 'REMOVING' }])
    carryOut(id)
    await workOn()
    expect(events()).toEqual([])
    expect(await rows()).toMatchObject([{ event_status: 'REMOVED' }])
  })

  it('may be one whose process died: its removal waits until nothing can come any more', async () => {
    const id = await book()
    const connection = await world.database.database.calendarConnection.findFirstOrThrow({
      where: { tenantId: practice.tenantId },
    })
    await store.claimWrite(id, connection.id)
    await cancel(id)
    await world.first.work()
    expect(await rows()).toMatchObject([{ event_status: 'REMOVING' }])
    carryOut(id)
    await workOn()
    expect([events(), called('createEvent')]).toEqual([[], []])
    expect(await rows()).toMatchObject([{ event_status: 'REMOVED' }])
  })

  it('is not looked for where the write was answered: one call removes it', async () => {
    const id = await book()
    await world.first.work()
    await cancel(id)
    await world.first.work()
    expect([called('findEvent').length, called('deleteEvent').length]).toEqual([0, 1])
    expect(await rows()).toMatchObject([{ event_status: 'REMOVED' }])
  })

  it('and removed by the therapist before she cancelled: its removal is done, and nothing is written for it', async () => {
    const id = await book()
    world.calendar.failNext('createEvent', new CalendarError('timeout', 'lost'), 'after')
    await world.first.work()
    world.calendar.removeExternalEvent(practice.tenantId, events()[0]?.id ?? '')
    await cancel(id)
    await workOn()
    expect(called('createEvent')).toHaveLength(1)
    expect(await rows()).toMatchObject([{ event_status: 'REMOVED' }])
  })

  it('and whose claim is not the newest is not believed', async () => {
    const id = await book()
    const connection = await world.database.database.calendarConnection.findFirstOrThrow({
      where: { tenantId: practice.tenantId },
    })
    const [old, newest] = [await store.claimWrite(id, connection.id), await store.claimWrite(id, connection.id)]
    expect([old?.isFirst, newest?.isFirst]).toEqual([true, false])
    const word = (claim: typeof old) =>
      store.recordEvent(id, { to: 'WRITTEN', id: 'e', ...(claim && { claim: { ...claim, hasEnded: false } }) })
    expect([await word(old), await word(newest)]).toEqual([false, true])
  })
})
