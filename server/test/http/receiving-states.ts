import type { VNode } from 'preact'
import { appointmentsPage, cancelAppointmentPage } from '../../src/http/pages/appointments.tsx'
import { settingsCalendarPage } from '../../src/http/pages/settings-calendar.tsx'
import type { Connection } from '../../src/ports/connection.ts'
import type { CalendarOverview } from '../../src/services/connect-calendar.ts'
import { bookingOf, connection, NOW, overviewOf } from '../support/fixtures.ts'

const member = { csrf: 'csrf-token', now: NOW }

/** The connected account, with what she chose for writing to it. */
const overview = (writing: Partial<Connection['writing']>, more: Partial<CalendarOverview> = {}, locked = false) =>
  overviewOf({
    connection: {
      ...connection,
      calendars: connection.calendars.map((calendar) =>
        calendar.externalId === 'external-d2' ? { ...calendar, isReadOnly: locked } : calendar,
      ),
      writing: { ...connection.writing, ...writing },
    },
    ...more,
  })
const hub = (...said: Parameters<typeof overview>) =>
  settingsCalendarPage({
    ...member,
    overview: overview(...said),
    outcome: undefined,
    tried: undefined,
    mayChange: true,
  })

const twoWait = { written: { calendars: [{ calendarId: 'gone', sessions: 4 }], waiting: 2 } }
const inTwo = [
  { calendarId: undefined, sessions: 8 },
  { calendarId: 'external-d2', sessions: 1 },
]
const event = bookingOf().event
const invited = bookingOf({ event: { ...event, isInvited: true } })
const list = {
  ...member,
  differences: [],
  unremoved: [],
  former: [],
  outcome: undefined,
  address: 'https://booking.example/book/ada',
}

/** States of pages by which calendar receives, and by what stands in it. */
export const RECEIVING_STATES: Readonly<Record<string, () => VNode>> = {
  'settingsCalendarPage: names and invitations': () => hub({ eventTitle: 'full_name', invites: true }),
  'settingsCalendarPage: personal account': () => hub({ accountKind: 'personal' }),
  'settingsCalendarPage: another calendar receives': () =>
    hub({ writesTo: 'external-d2', eventTitle: 'initials' }, { written: { calendars: inTwo, waiting: 0 } }),
  'settingsCalendarPage: receiving calendar gone': () => hub({ writesTo: 'gone' }, twoWait),
  'settingsCalendarPage: receiving calendar locked': () => hub({ writesTo: 'external-d2' }, twoWait, true),
  'settingsCalendarPage: nothing written': () => hub({}, { written: { calendars: [], waiting: 0 } }),
  'appointmentsPage: receiving calendar gone': () =>
    appointmentsPage({
      ...list,
      overview: overview({ writesTo: 'gone' }, twoWait),
      upcoming: [bookingOf({ event: { ...event, status: 'PENDING', failure: 'not_found' } }), invited],
    }),
  'cancelAppointmentPage: invited': () =>
    cancelAppointmentPage({ ...member, overview: overview({ invites: true }), booking: invited }),
}
