import { expect } from 'vitest'
import type { EventToLookUp } from '../../src/ports/event-lookup.ts'
import {
  at,
  busyByCalendarOf,
  type CalendarUnderTest,
  type ContractPromise,
  draft,
  failureOf,
} from './calendar-under-test.ts'

const LATER = { start: at('14:00'), end: at('14:50') }
const BOOKED = { start: at('10:00'), end: at('10:50') }

async function written(calendar: CalendarUnderTest) {
  const provider = calendar.open()
  const event = await provider.createEvent(draft())
  return { provider, ...event }
}

const there = (times: { start: Date; end: Date }, single = true) => ({ state: 'there', ...times, single })

const sees = (title: string, change: (calendar: CalendarUnderTest, id: string) => Promise<void>, look: object) => ({
  title: `F-110 lookUpEvents sees ${title}`,
  async prove(calendar: CalendarUnderTest) {
    const { provider, id, start, end } = await written(calendar)
    await change(calendar, id)
    expect(await provider.lookUpEvents([{ id, start, end }])).toEqual([look])
  },
})

/** Events of ours seen again, and given other times; see EventLookup and EventMove. */
export const NOTICING_PROMISES: readonly ContractPromise[] = [
  sees('an event that nobody changed', async () => undefined, there(BOOKED)),
  sees(
    'an event moved by a minute',
    (calendar, id) => calendar.editEvent(id, { start: at('10:01'), end: at('10:51') }),
    there({ start: at('10:01'), end: at('10:51') }),
  ),
  sees(
    'an event moved across midnight, to another week',
    (calendar, id) => calendar.editEvent(id, { start: at('21:30', '2027-06-24'), end: at('22:20', '2027-06-24') }),
    there({ start: at('21:30', '2027-06-24'), end: at('22:20', '2027-06-24') }),
  ),
  sees(
    'an event moved across a change of the clocks',
    (calendar, id) => calendar.editEvent(id, { start: at('00:30', '2027-10-31'), end: at('01:30', '2027-10-31') }),
    there({ start: at('00:30', '2027-10-31'), end: at('01:30', '2027-10-31') }),
  ),
  sees(
    'an event made longer',
    (calendar, id) => calendar.editEvent(id, { end: at('11:30') }),
    there({ start: at('10:00'), end: at('11:30') }),
  ),
  sees('that an event is gone', (calendar, id) => calendar.removeExternalEvent(id), { state: 'gone' }),
  sees(
    'that an event has become a series',
    (calendar, id) => calendar.makeSeries(id, { every: 'week' }),
    there(BOOKED, false),
  ),
  sees(
    'an event in another calendar of the account',
    (calendar, id) => calendar.moveToCalendar(id, calendar.calendarIds[1]),
    there(BOOKED),
  ),
  sees(
    'an event moved to another calendar and another time',
    async (calendar, id) => {
      await calendar.moveToCalendar(id, calendar.calendarIds[1])
      await calendar.editEvent(id, LATER)
    },
    there(LATER),
  ),
  {
    title: 'F-110 lookUpEvents sees events in the calendars that they were written to',
    async prove(calendar) {
      const second = calendar.calendarIds[1]
      const [main, other] = [calendar.open(), calendar.open({ writesTo: second })]
      const [first, later] = [await main.createEvent(draft()), await other.createEvent(draft(LATER))]
      await calendar.editEvent(first.id, { end: at('11:30') })
      const asked = [
        { id: later.id, ...LATER, calendarId: second },
        { id: first.id, ...BOOKED },
      ]
      expect(await other.lookUpEvents(asked)).toEqual([there(LATER), there({ start: at('10:00'), end: at('11:30') })])
      await calendar.removeExternalEvent(later.id)
      expect((await main.lookUpEvents(asked))[0]).toEqual({ state: 'gone' })
    },
  },
  {
    title: 'F-110 lookUpEvents answers for many events in the order in which they are named, and for no other',
    async prove(calendar) {
      const provider = calendar.open()
      const events: EventToLookUp[] = []
      for (let day = 1; day <= 23; day += 1) {
        const on = `2027-07-${String(day).padStart(2, '0')}`
        events.push(await provider.createEvent(draft({ start: at('10:00', on), end: at('10:50', on) })))
      }
      await calendar.addExternalEvent({ from: at('10:00', '2027-07-03'), to: at('11:00', '2027-07-03') })
      await calendar.removeExternalEvent(events[4]?.id ?? '')
      const asked = events.map(({ id, start, end }) => ({ id, start, end })).reverse()
      const looks = await provider.lookUpEvents(asked)
      expect(looks).toEqual(
        asked.map(({ id, start, end }) => (id === events[4]?.id ? { state: 'gone' } : there({ start, end }))),
      )
      expect(await provider.lookUpEvents([])).toEqual([])
    },
  },
  {
    title: 'F-110 a look that fails finds nothing: lookUpEvents rejects, or knows nothing of the event',
    async prove(calendar) {
      const { provider, id, start, end } = await written(calendar)
      for (const failure of ['unavailable', 'throttled', 'garbled', 'grant_gone'] as const) {
        await calendar.removeExternalEvent(id)
        calendar.fail('lookUpEvents', failure)
        const states = await provider.lookUpEvents([{ id, start, end }]).then(
          (looks) => looks.map(({ state }) => state),
          async (error: unknown) => [(await failureOf(Promise.reject(error))).name],
        )
        expect(['CalendarError', 'unknown']).toContain(states[0])
        if (failure !== 'grant_gone') calendar.recover()
      }
    },
  },
  {
    title: 'F-114 getFreeBusy leaves out events of ours, whatever calendar they lie in, and nothing else',
    async prove(calendar) {
      const [main, second] = calendar.calendarIds
      const { provider, id, start, end } = await written(calendar)
      const other = await provider.createEvent(draft({ start: at('13:00'), end: at('13:50') }))
      await calendar.addExternalEvent({ from: at('10:30'), to: at('11:30') })
      const named = { besides: [{ id, start, end, calendarId: main }] }
      const inMain = ['10:30/11:30 busy', '13:00/13:50 busy']
      for (const asked of [named, { besides: [{ id, start, end }] }])
        expect(await busyByCalendarOf(provider, asked)).toEqual({ [main]: inMain, [second]: [] })
      await calendar.moveToCalendar(id, second)
      expect(await busyByCalendarOf(provider, named)).toEqual({ [main]: inMain, [second]: [] })
      await calendar.addExternalEvent({ from: at('09:00'), to: at('12:00'), calendarId: second })
      expect(await busyByCalendarOf(provider, named)).toEqual({ [main]: inMain, [second]: ['09:00/12:00 busy'] })
      const both = { besides: [...named.besides, { id: other.id, start: other.start, end: other.end }] }
      const { busy } = await provider.getFreeBusy({ start: at('06:00'), end: at('18:00'), ...both })
      expect(busy).toEqual([{ start: at('09:00'), end: at('12:00') }])
    },
  },
  {
    title: 'F-111 moveEvent gives an event its times back, and leaves what she wrote in it',
    async prove(calendar) {
      const { provider, id } = await written(calendar)
      await calendar.editEvent(id, { ...LATER, title: 'Mo, second session' })
      const move = { from: LATER, to: BOOKED, timeZone: 'Europe/Berlin' }
      const { changeKey } = await provider.moveEvent(id, move)
      const [held] = await calendar.listEvents()
      expect(held).toMatchObject({ ...BOOKED, title: 'Mo, second session', isBusy: true, isPrivate: true })
      // Said again, it changes nothing.
      expect(await provider.moveEvent(id, move)).toEqual({ changeKey })
      expect(await provider.changeKeyOf(id, BOOKED)).toBe(changeKey)
    },
  },
  {
    title: 'F-111 moveEvent leaves alone what is gone, is a series, or stands at a time that was not said',
    async prove(calendar) {
      const { provider, id } = await written(calendar)
      const move = { from: LATER, to: BOOKED, timeZone: 'Europe/Berlin' }
      await calendar.editEvent(id, { start: at('15:00'), end: at('15:50') })
      expect(await failureOf(provider.moveEvent(id, move))).toMatchObject({ reason: 'conflict', change: 'moved' })
      await calendar.editEvent(id, LATER)
      await calendar.makeSeries(id, { every: 'week', times: 3 })
      expect(await failureOf(provider.moveEvent(id, move))).toMatchObject({ reason: 'conflict', change: 'series' })
      expect((await calendar.listEvents()).map(({ start }) => start)).toContainEqual(LATER.start)
      const other = await provider.createEvent(draft())
      await calendar.removeExternalEvent(other.id)
      expect((await failureOf(provider.moveEvent(other.id, move))).reason).toBe('not_found')
    },
  },
  {
    title: 'F-111 moveEvent leaves alone an event that we did not write',
    async prove(calendar) {
      const id = await calendar.addExternalEvent({ from: at('14:00'), to: at('14:50') })
      const move = { from: LATER, to: BOOKED, timeZone: 'Europe/Berlin' }
      expect((await failureOf(calendar.open().moveEvent(id, move))).reason).toBe('forbidden')
      expect((await calendar.listEvents())[0]).toMatchObject(LATER)
    },
  },
  {
    title: 'PR-03 lookUpEvents and moveEvent need a connection that may write',
    async prove(calendar) {
      const reader = calendar.open({ access: 'availability' })
      const move = { from: LATER, to: BOOKED, timeZone: 'Europe/Berlin' }
      expect((await failureOf(reader.lookUpEvents([{ id: 'any', ...BOOKED }]))).reason).toBe('reconnect')
      expect((await failureOf(reader.moveEvent('any', move))).reason).toBe('reconnect')
    },
  },
]
