import { expect } from 'vitest'
import { CalendarsUnreadable } from '../../src/ports/calendar-failure.ts'
import { at, busyOf, type ContractPromise, draft, FAILURES, type Failure, failureOf } from './calendar-under-test.ts'

const failing = (Object.keys(FAILURES) as Failure[]).map(
  (failure): ContractPromise => ({
    title: `INV-7 free/busy rejects with ${FAILURES[failure]} when the provider is ${failure.replace('_', ' ')}`,
    async prove(calendar) {
      calendar.fail('getFreeBusy', failure)
      const { reason, retryAfterMs } = await failureOf(busyOf(calendar.open()))
      expect(reason).toBe(FAILURES[failure])
      if (failure === 'throttled') expect(retryAfterMs).toBeGreaterThan(0)
    },
  }),
)

export const FREE_BUSY_PROMISES: readonly ContractPromise[] = [
  {
    title: 'INV-7 free/busy tells which calendar failed where others were read',
    async prove(calendar) {
      const [, second] = calendar.calendarIds
      calendar.breakCalendar(second)
      const failure = await failureOf(busyOf(calendar.open()))
      expect(failure).toBeInstanceOf(CalendarsUnreadable)
      expect([...(failure as CalendarsUnreadable).failures.keys()]).toEqual([second])
    },
  },
  {
    title: 'free/busy is merged, sorted and clipped to the window',
    async prove(calendar) {
      await calendar.addExternalEvent({ from: at('14:00'), to: at('15:00') })
      await calendar.addExternalEvent({ from: at('09:30'), to: at('10:30') })
      await calendar.addExternalEvent({ from: at('09:00'), to: at('10:00') })
      await calendar.addExternalEvent({ from: at('10:30'), to: at('11:00') })
      await calendar.addExternalEvent({ from: at('05:00'), to: at('07:00') })
      await calendar.addExternalEvent({ from: at('17:30'), to: at('19:00') })
      expect(await busyOf(calendar.open())).toEqual([
        '06-14T06:00/06-14T07:00',
        '06-14T09:00/06-14T11:00',
        '06-14T14:00/06-14T15:00',
        '06-14T17:30/06-14T18:00',
      ])
    },
  },
  {
    title: 'the window is half-open: what ends where it starts, or starts where it ends, is not in it',
    async prove(calendar) {
      await calendar.addExternalEvent({ from: at('08:00'), to: at('09:00') })
      await calendar.addExternalEvent({ from: at('10:00'), to: at('11:00') })
      expect(await busyOf(calendar.open(), at('09:00'), at('10:00'))).toEqual([])
    },
  },
  {
    title: 'what spans the whole window fills it, and nothing beyond it',
    async prove(calendar) {
      await calendar.addExternalEvent({ from: at('00:00', '2027-06-13'), to: at('00:00', '2027-06-16') })
      expect(await busyOf(calendar.open(), at('09:00'), at('10:00'))).toEqual(['06-14T09:00/06-14T10:00'])
    },
  },
  {
    title: 'an empty list means: we looked, and it is empty',
    async prove(calendar) {
      const before = Date.now()
      const { busy, readAt } = await calendar.open().getFreeBusy({ start: at('06:00'), end: at('18:00') })
      expect(busy).toEqual([])
      expect(readAt.getTime()).toBeGreaterThanOrEqual(before)
      expect(readAt.getTime()).toBeLessThanOrEqual(Date.now())
    },
  },
  {
    title: 'every calendar chosen to block time is read, and no other',
    async prove(calendar) {
      const [main, second] = calendar.calendarIds
      await calendar.addExternalEvent({ from: at('08:00'), to: at('09:00'), calendarId: main })
      await calendar.addExternalEvent({ from: at('12:00'), to: at('13:00'), calendarId: second })
      const [both, first] = [calendar.open(), calendar.open({ calendarIds: [main] })]
      expect(await busyOf(both)).toEqual(['06-14T08:00/06-14T09:00', '06-14T12:00/06-14T13:00'])
      expect(await busyOf(first)).toEqual(['06-14T08:00/06-14T09:00'])
    },
  },
  {
    title: 'every event is read, however many there are',
    async prove(calendar) {
      const minutes = (count: number): Date => new Date(at('06:00').getTime() + count * 60_000)
      for (let n = 0; n < 120; n += 1) await calendar.addExternalEvent({ from: minutes(6 * n), to: minutes(6 * n + 3) })
      expect(await busyOf(calendar.open())).toHaveLength(120)
    },
  },
  {
    title: 'a window of many months is read to its end',
    async prove(calendar) {
      await calendar.addExternalEvent({ from: at('08:00'), to: at('09:00') })
      await calendar.addExternalEvent({ from: at('08:00', '2028-01-10'), to: at('09:00', '2028-01-10') })
      const busy = await busyOf(calendar.open(), at('00:00'), at('00:00', '2028-01-11'))
      expect(busy).toEqual(['06-14T08:00/06-14T09:00', '01-10T08:00/01-10T09:00'])
    },
  },
  {
    title: 'events marked as free do not block',
    async prove(calendar) {
      await calendar.addExternalEvent({ from: at('08:00'), to: at('09:00'), showAs: 'free' })
      expect(await busyOf(calendar.open())).toEqual([])
    },
  },
  {
    title: "F-77 an all-day event blocks the days of the therapist's zone",
    async prove(calendar) {
      await calendar.addExternalEvent({ from: '2027-06-14', to: '2027-06-16' })
      const busy = await busyOf(calendar.open(), at('00:00', '2027-06-12'), at('00:00', '2027-06-20'))
      expect(busy).toEqual(['06-13T22:00/06-15T22:00'])
    },
  },
  {
    title: 'F-73 an all-day event on the day of a clock change has that day’s own length',
    async prove(calendar) {
      await calendar.addExternalEvent({ from: '2027-03-28', to: '2027-03-29' })
      const busy = await busyOf(calendar.open(), at('00:00', '2027-03-27'), at('00:00', '2027-03-30'))
      expect(busy).toEqual(['03-27T23:00/03-28T22:00'])
    },
  },
  {
    title: 'what is removed from the calendar no longer blocks',
    async prove(calendar) {
      const id = await calendar.addExternalEvent({ from: at('08:00'), to: at('09:00') })
      await calendar.removeExternalEvent(id)
      expect(await busyOf(calendar.open())).toEqual([])
    },
  },
  {
    title: 'an event written here blocks like any other',
    async prove(calendar) {
      const provider = calendar.open()
      await provider.createEvent(draft())
      expect(await busyOf(provider)).toEqual(['06-14T10:00/06-14T10:50'])
    },
  },
  {
    title: 'a connection that may only read reads whole',
    async prove(calendar) {
      await calendar.addExternalEvent({ from: at('08:00'), to: at('09:00') })
      expect(await busyOf(calendar.open({ access: 'availability' }))).toEqual(['06-14T08:00/06-14T09:00'])
    },
  },
  {
    title: 'INV-7 all or nothing: one calendar that cannot be read fails the whole read',
    async prove(calendar) {
      await calendar.addExternalEvent({ from: at('08:00'), to: at('09:00') })
      calendar.breakCalendar(calendar.calendarIds[1])
      await failureOf(busyOf(calendar.open()))
    },
  },
  {
    title: 'a calendar that is not there is not_found, and not free',
    async prove(calendar) {
      const provider = calendar.open({ calendarIds: [calendar.calendarIds[0], 'no-such-calendar'] })
      expect((await failureOf(busyOf(provider))).reason).toBe('not_found')
    },
  },
  {
    title: 'reading no calendar, or an empty window, is refused, and not free',
    async prove(calendar) {
      expect((await failureOf(busyOf(calendar.open({ calendarIds: [] })))).reason).toBe('misconfigured')
      expect((await failureOf(busyOf(calendar.open(), at('09:00'), at('09:00')))).reason).toBe('misconfigured')
    },
  },
  ...failing,
  {
    title: 'after a failure the next read sees the truth again',
    async prove(calendar) {
      const provider = calendar.open()
      await calendar.addExternalEvent({ from: at('08:00'), to: at('09:00') })
      calendar.fail('getFreeBusy', 'unavailable')
      await failureOf(busyOf(provider))
      calendar.recover()
      expect(await busyOf(provider)).toEqual(['06-14T08:00/06-14T09:00'])
    },
  },
  {
    title: 'a read ends when its caller leaves, before it started or under way',
    async prove(calendar) {
      const window = { start: at('06:00'), end: at('18:00') }
      const left = { ...window, signal: AbortSignal.abort() }
      expect((await failureOf(calendar.open().getFreeBusy(left))).reason).toBe('timeout')
      const caller = new AbortController()
      const reached = calendar.hang('getFreeBusy')
      const reading = calendar.open().getFreeBusy({ ...window, signal: caller.signal })
      const failure = failureOf(reading)
      await reached
      caller.abort()
      expect((await failure).reason).toBe('timeout')
    },
  },
]
