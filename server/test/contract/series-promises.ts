import { expect } from 'vitest'
import { at, busyOf, type ContractPromise, draft, failureOf, type Series } from './calendar-under-test.ts'

/** With two later days of each on which it has an appointment. */
const SERIES: readonly (readonly [series: Series, plain: string, moved: string])[] = [
  [{ every: 'week' }, '2027-06-21', '2027-06-28'],
  [{ every: 'week', times: 4 }, '2027-06-21', '2027-06-28'],
  [{ every: 'day' }, '2027-06-16', '2027-06-17'],
  [{ every: 'day', times: 10 }, '2027-06-16', '2027-06-17'],
]

const nameOf = ({ every, times }: Series): string =>
  times === undefined ? `every ${every}` : `${times} times, every ${every}`

const weeks = [at('00:00'), at('00:00', '2027-07-05')] as const

/** An event that the therapist made a series of is hers: no part of it is removed. */
export const SERIES_PROMISES: readonly ContractPromise[] = [
  ...SERIES.map(
    ([series, plain, moved]): ContractPromise => ({
      title: `T-34 an event that she made a series of (${nameOf(series)}) is left alone, whole and in each of its parts: conflict`,
      async prove(calendar) {
        const provider = calendar.open()
        const { id } = await provider.createEvent(draft())
        await calendar.makeSeries(id, series)
        const appointment = await calendar.appointmentOf(id, plain, false)
        const exception = await calendar.appointmentOf(id, moved, true)
        const before = await busyOf(provider, ...weeks)
        expect(before).toContain('06-14T10:00/06-14T10:50')
        expect(before).toContain(`${plain.slice(5)}T10:00/${plain.slice(5)}T10:50`)
        expect(before.filter((span) => span.startsWith(`${moved.slice(5)}T13:00/`))).toHaveLength(1)
        expect((await failureOf(provider.deleteEvent(id))).reason).toBe('conflict')
        // Whether an appointment carries the marks of its series is documented by neither provider.
        for (const part of [appointment, exception])
          expect((await failureOf(provider.deleteEvent(part))).reason).toMatch(/^(conflict|forbidden)$/)
        expect(await busyOf(provider, ...weeks)).toEqual(before)
      },
    }),
  ),
  {
    title: 'INV-3 an event that is a series by the time its answer is asked for again is found, and not removed either',
    async prove(calendar) {
      const params = draft()
      const provider = calendar.open()
      const first = await provider.createEvent(params)
      await calendar.makeSeries(first.id, { every: 'week' })
      const again = await provider.createEvent(params)
      expect([again.id, again.start]).toEqual([first.id, params.start])
      expect(await busyOf(provider)).toEqual(['06-14T10:00/06-14T10:50'])
      expect((await failureOf(provider.deleteEvent(again.id))).reason).toBe('conflict')
    },
  },
]
