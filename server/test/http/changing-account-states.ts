import type { VNode } from 'preact'
import { appointmentsPage } from '../../src/http/pages/appointments.tsx'
import { type SettingsCalendarPage, settingsCalendarPage } from '../../src/http/pages/settings-calendar.tsx'
import { connection, formerEventOf, google, NOW, outlook, overviewOf } from '../support/fixtures.ts'

const member = { csrf: 'csrf-token', now: NOW }
const hub = (more: Pick<SettingsCalendarPage, 'overview'> & Partial<SettingsCalendarPage>): VNode =>
  settingsCalendarPage({ ...member, outcome: undefined, tried: undefined, mayChange: true, ...more })

const pending = {
  connection: { ...connection, accountAddress: 'bo@praxis.example' },
  features: outlook,
  isSameAccount: false,
}
const unhealthy = { state: 'reconnect', since: new Date('2026-11-29T09:14:00Z'), lastReadAt: NOW } as const
const readOnly = { ...connection, access: 'availability' } as const

const kept = [1, 2].map((events) => ({
  connectionId: `kept-${events}`,
  provider: 'GOOGLE' as const,
  accountKey: 'sub',
  until: new Date('2026-12-06T09:14:00Z'),
  events,
  features: events === 1 ? google : undefined,
}))

/** States of pages while accounts change: what becomes of sessions to come, and what is still to be removed. */
export const CHANGING_ACCOUNT_STATES: Readonly<Record<string, () => VNode>> = {
  'settingsCalendarPage: another provider': () =>
    hub({
      overview: overviewOf({ pending: { ...pending, features: google }, standing: { sessions: 2, withVideo: 1 } }),
    }),
  'settingsCalendarPage: another account, one session': () =>
    hub({ overview: overviewOf({ pending, standing: { sessions: 1, withVideo: 0 } }) }),
  'settingsCalendarPage: another account, out of reach': () =>
    hub({ overview: overviewOf({ health: unhealthy, pending }) }),
  'settingsCalendarPage: another account that is only read': () =>
    hub({ overview: overviewOf({ pending: { ...pending, connection: readOnly } }) }),
  'settingsCalendarPage: another account than one that is only read': () =>
    hub({ overview: overviewOf({ connection: readOnly, pending, standing: { sessions: 1, withVideo: 0 } }) }),
  'settingsCalendarPage: stop writing': () =>
    hub({ overview: overviewOf({ pending: { ...pending, connection: readOnly, isSameAccount: true } }) }),
  'settingsCalendarPage: still removing': () => hub({ overview: overviewOf({ kept }) }),
  'settingsCalendarPage: replaced, still removing': () => hub({ outcome: 'replaced', overview: overviewOf({ kept }) }),
  'appointmentsPage: not removed from an account that was given up': () =>
    appointmentsPage({
      ...member,
      differences: [],
      unremoved: [],
      outcome: undefined,
      address: 'https://booking.example/book/ada',
      overview: overviewOf({ kept }),
      upcoming: [],
      former: [
        formerEventOf(),
        formerEventOf({ key: 'b', failure: 'reconnect' }),
        formerEventOf({ key: 'c', status: 'FAILED', failure: 'conflict' }),
        formerEventOf({ key: 'f', status: 'FAILED', failure: 'conflict', change: 'edited' }),
        formerEventOf({ key: 'd', failure: 'reconnect', mailbox: { provider: 'MICROSOFT', accountKey: 'other' } }),
        formerEventOf({ key: 'e', failure: undefined, id: undefined }),
      ],
    }),
}
