import { expect } from 'vitest'
import { at, busyByCalendarOf, busyOf, type ContractPromise } from './calendar-under-test.ts'

export const BY_CALENDAR_PROMISES: readonly ContractPromise[] = [
  {
    title: 'PG-37 asked by calendar, it tells of each calendar when it is busy, and nothing that `busy` does not hold',
    async prove(calendar) {
      const [main, second] = calendar.calendarIds
      await calendar.addExternalEvent({ from: at('05:00'), to: at('09:00'), calendarId: main })
      await calendar.addExternalEvent({ from: at('08:30'), to: at('10:00'), calendarId: second })
      await calendar.addExternalEvent({ from: at('08:45'), to: at('09:15'), calendarId: second })
      const provider = calendar.open({ calendarIds: [main, second, main] })
      expect(await busyByCalendarOf(provider)).toEqual({
        [main]: ['06:00/09:00 busy'],
        [second]: ['08:30/10:00 busy'],
      })
      expect(await busyOf(provider)).toEqual(['06-14T06:00/06-14T10:00'])
    },
  },
  {
    title: 'PG-37 what is not asked for by calendar is not told by calendar',
    async prove(calendar) {
      await calendar.addExternalEvent({ from: at('08:00'), to: at('09:00'), showAs: 'away' })
      const { busy, calendars } = await calendar.open().getFreeBusy({ start: at('06:00'), end: at('18:00') })
      expect(busy).toEqual([{ start: at('08:00'), end: at('09:00') }])
      expect(calendars).toBeUndefined()
    },
  },
  {
    title: 'PG-37 asked by calendar, it tells what busy time is marked as, where the provider tells it',
    async prove(calendar) {
      const [main] = calendar.calendarIds
      await calendar.addExternalEvent({ from: at('08:00'), to: at('09:00'), showAs: 'tentative' })
      await calendar.addExternalEvent({ from: at('08:30'), to: at('10:00'), showAs: 'tentative' })
      await calendar.addExternalEvent({ from: at('09:00'), to: at('09:30') })
      await calendar.addExternalEvent({ from: at('12:00'), to: at('13:00'), showAs: 'away' })
      const told = ['08:00/10:00 tentative', '09:00/09:30 busy', '12:00/13:00 away']
      const untold = ['08:00/10:00 busy', '12:00/13:00 busy']
      const provider = calendar.open({ calendarIds: [main] })
      expect(await busyByCalendarOf(provider)).toEqual({ [main]: calendar.tellsMarks ? told : untold })
    },
  },
  {
    title:
      'PG-37 asked by calendar, it tells which calendars hold entries that are all marked free, where the provider tells it',
    async prove(calendar) {
      const [main, second] = calendar.calendarIds
      const allFree = async (): Promise<unknown[]> => {
        const window = { start: at('06:00'), end: at('18:00') }
        const { calendars = [] } = await calendar.open().getFreeBusy({ ...window, byCalendar: true })
        return calendars.map(({ isAllFree }) => isAllFree)
      }
      const where = (value: boolean) => (calendar.tellsMarks ? value : undefined)
      expect(await allFree()).toEqual([where(false), where(false)])
      for (const calendarId of [main, second])
        await calendar.addExternalEvent({ from: at('08:00'), to: at('09:00'), showAs: 'free', calendarId })
      await calendar.addExternalEvent({ from: at('12:00'), to: at('13:00'), calendarId: main })
      expect(await allFree()).toEqual([where(false), where(true)])
    },
  },
]
