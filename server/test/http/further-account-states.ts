import type { VNode } from 'preact'
import { appointmentsPage } from '../../src/http/pages/appointments.tsx'
import { furtherAccountPage } from '../../src/http/pages/further-account.tsx'
import { type SettingsCalendarPage, settingsCalendarPage } from '../../src/http/pages/settings-calendar.tsx'
import type { Connection } from '../../src/ports/connection.ts'
import type { FurtherAccount } from '../../src/services/connect-calendar.ts'
import { connection, google, NOW, outlook, overviewOf } from '../support/fixtures.ts'

const member = { csrf: 'csrf-token', now: NOW }
const hub = (further: readonly FurtherAccount[], more: Partial<SettingsCalendarPage> = {}): VNode =>
  settingsCalendarPage({
    ...member,
    overview: overviewOf({ further }),
    outcome: undefined,
    tried: undefined,
    mayChange: true,
    ...more,
  })

const one = (account: FurtherAccount, mayChange = true): VNode =>
  furtherAccountPage({ ...member, account, mayChange, overview: overviewOf({ further: [account] }) })

const since = new Date('2026-11-29T09:14:00Z')
const ok = { state: 'read_only', lastReadAt: NOW } as const
const reconnect = { state: 'reconnect', since, lastReadAt: NOW } as const

/** The accounts' calendars have ids of their own. */
const account = (n: number, more: Partial<FurtherAccount> = {}, of: Partial<Connection> = {}): FurtherAccount => ({
  connection: {
    ...connection,
    id: `0198a0a0-0000-7000-8000-00000000f0c${n}`,
    role: 'blocks',
    provider: 'GOOGLE',
    access: 'availability',
    accountKey: `sub-${n}`,
    accountAddress: `iris.${n}@private.example`,
    calendars: [
      { id: `0198a0a0-0000-7000-8000-00000000f1d${n}`, name: 'Family', isDefault: true },
      { id: `0198a0a0-0000-7000-8000-00000000f2d${n}`, name: 'Choir', isDefault: false },
    ].map((calendar) => ({ ...calendar, externalId: calendar.id, blocks: calendar.isDefault, firstSeenAt: NOW })),
    ...of,
  },
  health: ok,
  features: google,
  ...more,
})
export const [first, second] = [account(1), account(2, { features: outlook }, { provider: 'MICROSOFT' })]
const refused = account(3, { health: reconnect })
const withoutAddress = account(4, { health: { state: 'failing', since, lastReadAt: undefined } })
const unread = account(
  3,
  { health: { state: 'calendar_unread', since, lastReadAt: NOW } },
  {
    calendars: account(3).connection.calendars.map((calendar) =>
      calendar.blocks ? { ...calendar, failure: 'forbidden' as const } : calendar,
    ),
  },
)
const shown = { connection: undefined, features: undefined, health: { state: 'none' } } as const

/** States of pages with accounts that only block. */
export const FURTHER_ACCOUNT_STATES: Readonly<Record<string, () => VNode>> = {
  'settingsCalendarPage: one further account': () => hub([first], { outcome: 'further_connected', tried: google }),
  'settingsCalendarPage: four further accounts, two of which fail': () =>
    hub([first, second, refused, withoutAddress], { outcome: 'too_many', tried: google }),
  'furtherAccountPage: makes her busy': () => one(first),
  'furtherAccountPage: needs reconnecting': () => one(refused),
  'furtherAccountPage: a calendar cannot be read': () => one(unread),
  'furtherAccountPage: needs an administrator': () =>
    one(account(1, { health: { state: 'admin_consent', since, lastReadAt: NOW } })),
  'furtherAccountPage: no adapter serves it': () =>
    one(account(1, { features: undefined, health: { state: 'our_fault', since, lastReadAt: NOW } })),
  'furtherAccountPage: as a member sees it': () => one(second, false),
  'settingsCalendarPage: further accounts, and none that receives': () =>
    hub([first], { overview: overviewOf({ ...shown, further: [first] }) }),
  'settingsCalendarPage: further accounts, as a member sees them': () => hub([first, refused], { mayChange: false }),
  'settingsCalendarPage: a further account that is to receive': () =>
    hub([first], {
      outcome: 'confirm',
      overview: overviewOf({
        further: [first],
        pending: {
          connection: { ...first.connection, role: 'receives', access: 'bookings' },
          features: google,
          isSameAccount: false,
        },
      }),
    }),
  'appointmentsPage: two accounts that fail': () =>
    appointmentsPage({
      ...member,
      overview: overviewOf({ health: reconnect, further: [refused, first] }),
      differences: [],
      unremoved: [],
      outcome: undefined,
      address: 'https://booking.example/book/ada',
      upcoming: [],
      former: [],
    }),
}
