import type { VNode } from 'preact'
import { EVENT_WORDS } from '../../src/domain/booking-event.ts'
import type { ConnectionHealth, HealthState } from '../../src/domain/connection-health.ts'
import { appointmentsPage, cancelAppointmentPage } from '../../src/http/pages/appointments.tsx'
import { askAdministratorPage } from '../../src/http/pages/ask-administrator.tsx'
import {
  administratorDonePage,
  unknownApprovalPage,
  unusableCallbackPage,
} from '../../src/http/pages/calendar-callback.tsx'
import { errorPage } from '../../src/http/pages/error-page.tsx'
import { leavingPage } from '../../src/http/pages/leaving.tsx'
import { type ManagePage, managePage, unknownBookingPage } from '../../src/http/pages/manage.tsx'
import { type SettingsCalendarPage, settingsCalendarPage } from '../../src/http/pages/settings-calendar.tsx'
import { OUTCOMES, type SettingsOutcome } from '../../src/http/pages/settings-outcome-words.ts'
import { PROBLEMS, type ProblemKind } from '../../src/http/problem-details.ts'
import type { CalendarProviderType } from '../../src/ports/calendar-provider-type.ts'
import * as fixed from '../support/fixtures.ts'
import { BOOKING_STATES } from './booking-states.ts'
import { CHANGING_ACCOUNT_STATES } from './changing-account-states.ts'
import { FURTHER_ACCOUNT_STATES } from './further-account-states.ts'
import { NOTICING_STATES } from './noticing-states.ts'
import { OWN_ACCOUNT_STATES } from './own-account-states.ts'
import { RECEIVING_STATES } from './receiving-states.ts'
import { SIGNING_IN_STATES } from './signing-in-states.ts'
import { of, type PageStates } from './states-of.ts'
import { CLOSED_STATES, WHAT_CLIENTS_SEE_STATES } from './what-clients-see-states.ts'

const { NOW, tenant, inPerson, overviewOf, bookingOf, connection, outlook, google, registration } = fixed
const address = 'https://booking.example/book/ada'

const csrf = 'csrf-token'
const member = { overview: overviewOf(), csrf, now: NOW }
const since = new Date('2026-11-29T09:14:00Z')

const hub = (more: Partial<SettingsCalendarPage> = {}): VNode =>
  settingsCalendarPage({ ...member, outcome: undefined, tried: undefined, mayChange: true, ...more })

const HEALTH: Readonly<Record<HealthState, ConnectionHealth>> = {
  none: { state: 'none' },
  ok: { state: 'ok', lastReadAt: NOW },
  read_only: { state: 'read_only', lastReadAt: undefined },
  failing: { state: 'failing', since, lastReadAt: since },
  unusable: { state: 'unusable', since, lastReadAt: since },
  reconnect: { state: 'reconnect', since, lastReadAt: since },
  admin_consent: { state: 'admin_consent', since, lastReadAt: since },
  forbidden: { state: 'forbidden', since, lastReadAt: since },
  calendar_unread: { state: 'calendar_unread', since, lastReadAt: since },
  calendar_gone: { state: 'calendar_gone', since, lastReadAt: undefined },
  our_fault: { state: 'our_fault', since, lastReadAt: since },
}

export const HEALTH_STATES = Object.keys(HEALTH) as HealthState[]

export function overviewIn(state: HealthState) {
  if (state === 'none') return overviewOf({ health: HEALTH.none, connection: undefined, features: undefined })
  const access = state === 'read_only' ? 'availability' : 'bookings'
  const calendars = connection.calendars.map((calendar) =>
    state === 'calendar_unread' && calendar.isDefault ? { ...calendar, failure: 'forbidden' as const } : calendar,
  )
  return overviewOf({ health: HEALTH[state], connection: { ...connection, access, calendars } })
}

const keysOf = <Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] => Object.keys(table) as Key[]

/** Where an outcome says something of the calendars that are connected. */
const AFTER: { readonly [Outcome in SettingsOutcome]?: HealthState } = { connected: 'ok', checked: 'ok', saved: 'ok' }

const pending = {
  connection: { ...connection, accountAddress: 'bo@praxis.example' },
  features: outlook,
  isSameAccount: false,
}

const settings: PageStates = {
  ...of('settingsCalendarPage', HEALTH_STATES, (state) => hub({ overview: overviewIn(state) })),
  ...of('settingsCalendarPage', keysOf<SettingsOutcome>(OUTCOMES), (outcome) =>
    hub({
      outcome,
      tried: outlook,
      overview: outcome === 'confirm' ? overviewOf({ pending }) : overviewIn(AFTER[outcome] ?? 'none'),
    }),
  ),
  'settingsCalendarPage: counted': () =>
    hub({
      overview: overviewOf({
        connection: {
          ...connection,
          calendars: connection.calendars.map((calendar, at) => ({
            ...calendar,
            look: { at: NOW, busyTimes: [7, 1, 0][at] ?? 0, isAllFree: at === 2 },
          })),
        },
      }),
    }),
  'settingsCalendarPage: one session': () => hub({ overview: { ...overviewIn('reconnect'), upcomingSessions: 1 } }),
  'settingsCalendarPage: not an owner': () => hub({ mayChange: false }),
  'settingsCalendarPage: nothing connected, not an owner': () =>
    hub({ mayChange: false, overview: overviewIn('none') }),
  'askAdministratorPage: link': () =>
    askAdministratorPage({
      ...member,
      features: outlook,
      access: 'availability',
      address,
      request: { registration, link: { url: new URL('https://login.microsoft.example/adminconsent'), until: NOW } },
    }),
  'askAdministratorPage: no link': () =>
    askAdministratorPage({
      ...member,
      features: google,
      access: 'bookings',
      address,
      request: { registration, link: undefined },
    }),
}

const event = bookingOf().event
const unremoved = (id: string, change: Partial<typeof event>, provider: CalendarProviderType = 'MICROSOFT') => ({
  booking: bookingOf({ id, status: 'CANCELLED', cancelledAt: NOW, event: { ...event, ...change } }),
  provider,
})
const appointments = { ...member, differences: [], unremoved: [], former: [], outcome: undefined, address }

const therapist: PageStates = {
  ...SIGNING_IN_STATES,
  ...OWN_ACCOUNT_STATES,
  'appointmentsPage: empty': () => appointmentsPage({ ...appointments, upcoming: [] }),
  'appointmentsPage: sessions': () =>
    appointmentsPage({
      ...appointments,
      upcoming: [
        bookingOf({ event: { ...event, status: 'PENDING' } }),
        bookingOf({ id: 'b', event: { ...event, status: 'FAILED', failure: 'forbidden' } }),
        bookingOf({ id: 'f', event: { ...event, status: 'PENDING', failure: 'forbidden' } }),
        bookingOf({ id: 'c', event: { ...event, joinUrl: 'https://meet.example/room' } }),
        bookingOf({ id: 'd', status: 'CANCELLED' }),
        bookingOf({ id: 'e', service: inPerson }),
      ],
    }),
  'appointmentsPage: not removed': () =>
    appointmentsPage({
      ...appointments,
      upcoming: [],
      unremoved: [
        unremoved('a', { status: 'FAILED', failure: 'forbidden' }),
        unremoved('b', { status: 'FAILED', failure: 'timeout' }, 'GOOGLE'),
        unremoved('c', { status: 'FAILED', failure: 'forbidden', id: undefined }),
        unremoved('d', { status: 'REMOVING' }),
        unremoved('e', { status: 'FAILED', failure: 'conflict' }),
        unremoved('f', { status: 'REMOVING', failure: 'not_found' }),
        { ...unremoved('g', { status: 'FAILED', failure: 'conflict' }), change: 'moved' },
        { ...unremoved('h', { status: 'FAILED', failure: 'conflict' }, 'GOOGLE'), change: 'edited' },
      ],
    }),
  ...of(
    'appointmentsPage',
    ['cancelled', 'already_cancelled', 'too_late', ...EVENT_WORDS, 'nothing_to_do'] as const,
    (outcome) => appointmentsPage({ ...appointments, outcome, upcoming: [bookingOf()] }),
  ),
  ...NOTICING_STATES,
  'appointmentsPage: unhealthy': () =>
    appointmentsPage({ ...appointments, overview: overviewIn('reconnect'), upcoming: [] }),
  'cancelAppointmentPage: asks': () => cancelAppointmentPage({ ...member, booking: bookingOf() }),
}

const manage = (more: Partial<ManagePage> = {}): VNode =>
  managePage({ booking: bookingOf(), tenant, zone: tenant.timeZone, state: 'booked', token: 'token', csrf, ...more })

const rest: PageStates = {
  ...of('managePage', ['booked', 'cancelled', 'past', 'too_late'] as const, (state) => manage({ state })),
  ...of('managePage: closed practice', ['booked', 'cancelled'] as const, (state) =>
    manage({ state, tenant: { ...tenant, closed: true } }),
  ),
  'managePage: with a link': () =>
    manage({ booking: bookingOf({ event: { ...event, joinUrl: 'https://meet.example/room' } }) }),
  'managePage: link to come': () => manage({ booking: bookingOf({ event: { ...event, status: 'PENDING' } }) }),
  'managePage: in person': () => manage({ booking: bookingOf({ service: inPerson }) }),
  'managePage: other zone': () => manage({ zone: 'Europe/Berlin' }),
  'managePage: long name': () =>
    manage({
      zone: 'Europe/Berlin',
      tenant: { ...tenant, name: 'Psychotherapeutische Praxis Sonnenschein-Hohenwarter' },
    }),
  'unknownBookingPage: any': unknownBookingPage,
  ...of('errorPage', keysOf<ProblemKind>(PROBLEMS), (kind) =>
    errorPage({ kind, retryAfterSeconds: 600, reference: 'reference' }),
  ),
  'unusableCallbackPage: any': unusableCallbackPage,
  'leavingPage: any': () =>
    leavingPage({ features: outlook, href: 'https://login.microsoft.example/authorize?state=s' }),
  ...of('administratorDonePage', ['approved', 'refused', 'late'] as const, (outcome) =>
    administratorDonePage({ outcome, practice: tenant }),
  ),
  'unknownApprovalPage: any': unknownApprovalPage,
}

const elsewhere: PageStates = {
  ...CHANGING_ACCOUNT_STATES,
  ...FURTHER_ACCOUNT_STATES,
  ...WHAT_CLIENTS_SEE_STATES,
  ...CLOSED_STATES,
  ...RECEIVING_STATES,
}
export const PAGE_STATES: PageStates = { ...settings, ...elsewhere, ...therapist, ...BOOKING_STATES, ...rest }
