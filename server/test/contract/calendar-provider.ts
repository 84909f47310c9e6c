import { describe, it } from 'vitest'
import { BY_CALENDAR_PROMISES } from './by-calendar-promises.ts'
import { type CalendarUnderTest, CannotInject, type ContractPromise } from './calendar-under-test.ts'
import { CHANGED_PROMISES } from './changed-promises.ts'
import { EVENT_PROMISES } from './event-promises.ts'
import { FREE_BUSY_PROMISES } from './free-busy-promises.ts'
import { LOOKUP_PROMISES } from './lookup-promises.ts'
import { NOTICING_PROMISES } from './noticing-promises.ts'
import { RECEIVING_PROMISES } from './receiving-promises.ts'
import { SERIES_PROMISES } from './series-promises.ts'

export const PROMISES: readonly ContractPromise[] = [
  ...FREE_BUSY_PROMISES,
  ...BY_CALENDAR_PROMISES,
  ...EVENT_PROMISES,
  ...SERIES_PROMISES,
  ...CHANGED_PROMISES,
  ...RECEIVING_PROMISES,
  ...LOOKUP_PROMISES,
  ...NOTICING_PROMISES,
]

/** What every calendar provider promises, a sentence each. */
export const PROMISE_TITLES: readonly string[] = PROMISES.map(({ title }) => title)

/** Proves every promise of `ICalendarProvider`, each with an account of its own. */
export function describeCalendarProvider(name: string, open: () => Promise<CalendarUnderTest>): void {
  describe(`calendar provider: ${name}`, () => {
    for (const { title, prove } of PROMISES)
      it(title, async (context) => {
        const calendar = await open()
        try {
          await prove(calendar)
        } catch (error) {
          if (error instanceof CannotInject) context.skip('needs a fault that this provider cannot be asked for')
          throw error
        } finally {
          await calendar.close()
        }
      })
  })
}
