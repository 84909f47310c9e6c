import { expect } from 'vitest'
import { EventChanged } from '../../src/ports/calendar-failure.ts'
import type { CalendarEvent } from '../../src/ports/calendar-provider.ts'
import {
  at,
  busyOf,
  type CalendarUnderTest,
  type ContractPromise,
  draft,
  type Edit,
  failureOf,
} from './calendar-under-test.ts'

const asWritten = ({ start, end, changeKey = 'none' }: CalendarEvent) => ({ start, end, changeKey })

const LATER: Edit = { start: at('14:00'), end: at('14:50') }
const LONGER: Edit = { end: at('11:30') }
const NEXT_DAY: Edit = { start: at('10:00', '2027-06-15'), end: at('10:50', '2027-06-15') }
const RENAMED: Edit = { title: 'Mo, second session' }

async function written(calendar: CalendarUnderTest) {
  const provider = calendar.open()
  const event = await provider.createEvent(draft())
  return { provider, event, id: event.id }
}

const changeOf = async (work: Promise<unknown>): Promise<unknown> => {
  const failure = await failureOf(work)
  return failure instanceof EventChanged ? failure.change : failure.reason
}

const goes = (title: string, edits: readonly Edit[]): ContractPromise => ({
  title: `T-34 an event that ${title} goes`,
  async prove(calendar) {
    const { provider, event, id } = await written(calendar)
    for (const edit of edits) await calendar.editEvent(id, edit)
    await provider.deleteEvent(id, asWritten(event))
    expect(await calendar.listEvents()).toEqual([])
  },
})

const stays = (title: string, edits: readonly Edit[]): ContractPromise => ({
  title: `T-34 an event that ${title} stays until she says that it goes`,
  async prove(calendar) {
    const { provider, event, id } = await written(calendar)
    for (const edit of edits) await calendar.editEvent(id, edit)
    expect(await changeOf(provider.deleteEvent(id, asWritten(event)))).toBe('edited')
    expect(await calendar.listEvents()).toHaveLength(1)
    await provider.deleteEvent(id)
    expect(await calendar.listEvents()).toEqual([])
  },
})

/** Removal takes what we made and no more: docs/decisions/016-changed-events.md. */
export const CHANGED_PROMISES: readonly ContractPromise[] = [
  goes('nobody changed', []),
  goes('she moved to another hour', [LATER]),
  goes('she made longer', [LONGER]),
  goes('she moved to another day', [NEXT_DAY]),
  stays('she gave a title of her own', [RENAMED]),
  stays('she invited three hundred people to', [{ guests: 300 }]),
  {
    title: 'T-34 an event that she moved to another calendar stays there until she says that it goes',
    async prove(calendar) {
      const { provider, event, id } = await written(calendar)
      await calendar.moveToCalendar(id, calendar.calendarIds[1])
      const standing = ['06-14T10:00/06-14T10:50']
      expect(await changeOf(provider.deleteEvent(id, asWritten(event)))).toBe('moved')
      expect(await busyOf(provider)).toEqual(standing)
      await calendar.editEvent(id, LATER)
      expect(await changeOf(provider.deleteEvent(id, asWritten(event)))).toBe('moved')
      await provider.deleteEvent(id)
      expect(await busyOf(provider)).toEqual([])
    },
  },
  {
    title: 'T-34 findEvent finds an event that she moved to another calendar',
    async prove(calendar) {
      const params = draft()
      const provider = calendar.open()
      const { id } = await provider.createEvent(params)
      await calendar.moveToCalendar(id, calendar.calendarIds[1])
      expect(await provider.findEvent(params.idempotencyKey)).toBe(id)
    },
  },
  {
    title: 'T-34 an event that she moved to another calendar, and one day removed there, counts as removed',
    async prove(calendar) {
      const { provider, event, id } = await written(calendar)
      await calendar.moveToCalendar(id, calendar.calendarIds[1])
      await calendar.removeExternalEvent(id)
      await provider.deleteEvent(id, asWritten(event))
    },
  },
  {
    title:
      'T-34 the change key that is read later is the one that counts, and is not given where the event is not as written',
    async prove(calendar) {
      const { provider, event, id } = await written(calendar)
      const { start, end } = event
      expect(await provider.changeKeyOf(id, event)).toBe(event.changeKey)
      await calendar.editEvent(id, RENAMED)
      const changeKey = (await provider.changeKeyOf(id, event)) ?? 'none'
      expect(changeKey).not.toBe(event.changeKey)
      await calendar.editEvent(id, LATER)
      expect(await provider.changeKeyOf(id, event)).toBeUndefined()
      expect(await provider.changeKeyOf(id, { start: at('14:00'), end: at('14:50') })).toMatch(/./)
      await provider.deleteEvent(id, { start, end, changeKey })
      expect(await provider.changeKeyOf(id, event)).toBeUndefined()
    },
  },
]
