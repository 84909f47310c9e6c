import type { EventDifference } from '../../src/domain/event-difference.ts'
import { appointmentsPage } from '../../src/http/pages/appointments.tsx'
import type { DifferenceOutcome } from '../../src/http/pages/event-differences.tsx'
import { TEXTS } from '../../src/http/texts/texts.ts'
import type { Connection } from '../../src/ports/connection.ts'
import type { DifferenceNotice } from '../../src/ports/event-comparison-store.ts'
import type { FurtherAccount } from '../../src/services/connect-calendar.ts'
import { bookingOf, connection, NOW, overviewOf, slot } from '../support/fixtures.ts'
import { first, second } from './further-account-states.ts'
import type { PageStates } from './states-of.ts'

const appointments = {
  overview: overviewOf(),
  csrf: 'csrf-token',
  now: NOW,
  differences: [],
  unremoved: [],
  former: [],
  outcome: undefined,
  address: 'https://booking.example/book/ada',
}

/** As it is from `start` on, for so many minutes. */
const difference = (id: string, kind: EventDifference, start?: string, minutes = 50): DifferenceNotice => ({
  id,
  kind,
  booking: bookingOf({ id }),
  now: start === undefined ? undefined : slot(start, minutes),
  calendarIds: [],
})
const calendarIdsOf = ({ calendars }: Pick<Connection, 'calendars'>) =>
  calendars.filter(({ blocks }) => blocks).map(({ id }) => id)
/** No adapter serves it, and nobody knows what it is called. */
const unnamed: FurtherAccount = {
  ...second,
  features: undefined,
  connection: {
    ...second.connection,
    accountAddress: undefined,
    calendars: second.connection.calendars.map((calendar) => ({ ...calendar, name: undefined })),
  },
}
const ANSWERED = Object.keys(TEXTS.en.eventDifferences.outcomes) as DifferenceOutcome[]

/** What was noticed in her calendar, and what came of her word. */
export const NOTICING_STATES: PageStates = {
  'appointmentsPage: changed in her calendar': () =>
    appointmentsPage({
      ...appointments,
      overview: overviewOf({ openNotices: 7 }),
      upcoming: [bookingOf()],
      differences: [
        difference('a', 'moved', '2026-12-01T12:00:00Z'),
        difference('b', 'moved', '2026-12-02T23:30:00Z'),
        difference('c', 'moved', '2026-12-01T10:00:00Z', 80),
        difference('d', 'series', '2026-12-08T10:00:00Z'),
        difference('e', 'gone'),
        difference('f', 'conflict'),
        { ...difference('g', 'conflict'), calendarIds: calendarIdsOf(connection) },
      ],
    }),
  'appointmentsPage: something else at the time of a session, in several accounts': () =>
    appointmentsPage({
      ...appointments,
      overview: overviewOf({ further: [first, unnamed] }),
      upcoming: [bookingOf()],
      differences: [
        { ...difference('a', 'conflict'), calendarIds: calendarIdsOf(first.connection) },
        { ...difference('b', 'conflict'), calendarIds: [connection, first.connection].flatMap(calendarIdsOf) },
        { ...difference('c', 'conflict'), calendarIds: calendarIdsOf(unnamed.connection) },
      ],
    }),
  'appointmentsPage: changed after it began': () =>
    appointmentsPage({
      ...appointments,
      overview: overviewOf({ openNotices: 2 }),
      upcoming: [],
      now: new Date('2026-12-01T10:10:00Z'),
      differences: [difference('a', 'moved', '2026-12-01T12:00:00Z'), difference('b', 'gone')],
    }),
  ...Object.fromEntries(
    ANSWERED.map((answered) => [
      `appointmentsPage: ${answered}`,
      () => appointmentsPage({ ...appointments, answered, upcoming: [bookingOf()] }),
    ]),
  ),
}
