import { expect } from 'vitest'
import { EventChanged } from '../../src/ports/calendar-failure.ts'
import type { CalendarEvent } from '../../src/ports/calendar-provider.ts'
import { at, type CalendarUnderTest, type ContractPromise, draft, failureOf } from './calendar-under-test.ts'

const LATER = { start: at('14:00'), end: at('14:50') }

async function written(calendar: CalendarUnderTest) {
  const [, calendarId] = calendar.calendarIds
  const provider = calendar.open({ writesTo: calendarId })
  const params = draft()
  const event = await provider.createEvent(params)
  return { provider, params, event, id: event.id, asWritten: asWritten(event, calendarId) }
}

const asWritten = ({ start, end, changeKey = 'none' }: CalendarEvent, calendarId?: string) => ({
  ...{ start, end, changeKey },
  ...(calendarId && { calendarId }),
})

const changeOf = async (work: Promise<unknown>): Promise<unknown> => {
  const failure = await failureOf(work)
  return failure instanceof EventChanged ? failure.change : failure.reason
}

const homes = async (calendar: CalendarUnderTest) => (await calendar.listEvents()).map(({ calendarId }) => calendarId)

/** The calendar that events are written to need not be the default one: docs/decisions/021-receiving-calendar.md. */
export const RECEIVING_PROMISES: readonly ContractPromise[] = [
  {
    title: 'INV-3 an event is written into the calendar that receives, and once, however often it is said',
    async prove(calendar) {
      const [main, other] = calendar.calendarIds
      const { provider, params, event, asWritten } = await written(calendar)
      expect(await provider.createEvent(params)).toEqual(event)
      expect(await provider.findEvent(params.idempotencyKey, other)).toBe(event.id)
      expect(await provider.changeKeyOf(event.id, asWritten)).toBe(event.changeKey)
      expect(await homes(calendar)).toEqual([other])
      await calendar.open().createEvent(draft())
      expect(new Set(await homes(calendar))).toEqual(new Set([main, other]))
    },
  },
  {
    title: 'F-12 an answer that was lost leaves one event in the calendar that receives',
    async prove(calendar) {
      const [, other] = calendar.calendarIds
      const provider = calendar.open({ writesTo: other })
      const params = draft()
      calendar.loseAnswer('createEvent')
      await provider.createEvent(params).catch(() => undefined)
      await provider.createEvent(params)
      expect(await homes(calendar)).toEqual([other])
    },
  },
  {
    title: 'T-34 an event is not moved because another calendar receives by now',
    async prove(calendar) {
      const [, other] = calendar.calendarIds
      const first = await calendar.open().createEvent(draft())
      const second = await calendar.open({ writesTo: other }).createEvent(draft())
      for (const { id } of [first, second]) await calendar.editEvent(id, LATER)
      await calendar.open({ writesTo: other }).deleteEvent(first.id, asWritten(first))
      await calendar.open().deleteEvent(second.id, asWritten(second, other))
      expect(await calendar.listEvents()).toEqual([])
    },
  },
  {
    title:
      'T-34 an event that she moved from the calendar that receives to the default one is left until she says that it goes',
    async prove(calendar) {
      const { provider, params, id, asWritten } = await written(calendar)
      await calendar.moveToCalendar(id, calendar.calendarIds[0])
      expect(await provider.findEvent(params.idempotencyKey, calendar.calendarIds[1])).toBe(id)
      expect(await changeOf(provider.deleteEvent(id, asWritten))).toBe('moved')
      await provider.deleteEvent(id)
      expect(await calendar.listEvents()).toEqual([])
    },
  },
  {
    title: 'an online meeting in the calendar that receives brings its link',
    async prove(calendar) {
      const provider = calendar.open({ writesTo: calendar.calendarIds[1] })
      expect((await provider.createEvent(draft({ onlineMeeting: true }))).joinUrl).toMatch(/^https:\/\//)
    },
  },
  {
    title:
      'once the calendar that receives is gone, nothing is written, and what was in it counts as removed: not_found',
    async prove(calendar) {
      const { provider, params, id, asWritten } = await written(calendar)
      await calendar.removeOther()
      expect((await failureOf(provider.createEvent(draft()))).reason).toBe('not_found')
      expect(await provider.findEvent(params.idempotencyKey, calendar.calendarIds[1])).toBeUndefined()
      await provider.deleteEvent(id, asWritten)
      expect(await calendar.listEvents()).toEqual([])
    },
  },
  {
    title: 'once nothing may be written into the calendar that receives, nothing is: forbidden',
    async prove(calendar) {
      await calendar.lockOther()
      const provider = calendar.open({ writesTo: calendar.calendarIds[1] })
      expect((await failureOf(provider.createEvent(draft()))).reason).toBe('forbidden')
      expect(await calendar.listEvents()).toEqual([])
    },
  },
]
