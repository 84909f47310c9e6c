import type { Locale } from '../../src/domain/locale.ts'
import type { ExplainedDay } from '../../src/domain/slot-reasons.ts'
import type { Booking } from '../../src/ports/booking-store.ts'
import type { CalendarFeatures } from '../../src/ports/calendar-binding.ts'
import type { AppRegistration } from '../../src/ports/calendar-connector.ts'
import type { CalendarFailure } from '../../src/ports/calendar-failure.ts'
import type { Connection } from '../../src/ports/connection.ts'
import type { FormerEvent } from '../../src/ports/former-event-store.ts'
import type { TenantSnapshot } from '../../src/ports/tenant-snapshot.ts'
import type { Service, Tenant } from '../../src/ports/tenant-store.ts'
import type { User } from '../../src/ports/user-store.ts'
import type { CalendarOverview } from '../../src/services/connect-calendar.ts'
import type { Explained, Unexplained } from '../../src/services/explain-slots.ts'

export const APP_URL = 'http://127.0.0.1:3000'
export const NOW = new Date('2026-11-30T08:14:00Z')
export const PASSWORD = 'correct horse'
export const MANAGE_TOKEN = 'm4nageT0ken-m4nageT0ken'
/** Of a link by which the owner sets her password. */
export const PASSWORD_TOKEN = 'passwordT0ken'.padEnd(43, '-')

/** As practices write that nothing was set for. */
export const ENGLISH: Locale = { language: 'en', clock: '12h' }
export const GERMAN: Locale = { language: 'de', clock: '24h' }

export const tenant: Tenant = {
  id: '0198a0a0-0000-7000-8000-000000000001',
  slug: 'ada',
  name: 'Ada Berg',
  timeZone: 'Europe/London',
  calendarProvider: 'MICROSOFT',
  slotGridMinutes: 30,
  minimumNoticeMinutes: 240,
  horizonDays: 90,
  policy: { tentativeBlocks: true, workingElsewhereBlocks: false },
  contactLine: 'Or write to hello@ada.example.',
  locale: ENGLISH,
  languages: ['en'],
  suspended: false,
  closed: false,
}

export const service: Service = {
  id: '0198a0a0-0000-7000-8000-0000000000a1',
  name: 'First session',
  online: true,
  durationMinutes: 50,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
}

/** Works on Tuesdays, has no calendar and no bookings. */
export const snapshot: TenantSnapshot = {
  tenant,
  services: [service],
  workingHours: [{ weekday: 2, startMinute: 540, endMinute: 1020 }],
  connections: [],
  blocked: [],
  window: { start: NOW, end: NOW },
}

export const inPerson: Service = {
  ...service,
  id: '0198a0a0-0000-7000-8000-0000000000a2',
  name: 'In the practice',
  online: false,
}

export const owner: User = {
  id: '0198a0a0-0000-7000-8000-0000000000b1',
  tenantId: tenant.id,
  email: 'ada@praxis.example',
  passwordHash: 'hash',
  owner: true,
  locale: tenant.locale,
}

const features = (
  slug: string,
  label: string,
  company: string,
  origin: string,
  busyChoices: CalendarFeatures['busyChoices'] = [],
): CalendarFeatures => ({
  slug,
  label,
  company,
  signInLabel: `Sign in with ${company}`,
  mark: { size: 21, shapes: [{ path: 'M1 1h19v19H1z', fill: '#00a4ef' }] },
  issuerOrigins: [origin],
  onlineMeeting: undefined,
  busyChoices,
  accessRemovalUrls: [{ label: 'Apps with access', url: `${origin}/apps` }],
  sentences: {},
})

export const outlook = features('microsoft', 'Outlook', 'Microsoft', 'https://login.microsoft.example', [
  'tentativeBlocks',
  'workingElsewhereBlocks',
])
export const google: CalendarFeatures = {
  ...features('google', 'Google Calendar', 'Google', 'https://accounts.google.example'),
  beforeSignIn: 'Tick every box at Google.',
}

export const providers = [
  { type: 'MICROSOFT', features: outlook },
  { type: 'GOOGLE', features: google },
] as const

export const registration: AppRegistration = {
  clientId: '11111111-aaaa-4bbb-8ccc-222222222222',
  permissions: ['openid', 'Calendars.ReadBasic'],
  reference: 'https://permissions.example',
}

export const connection: Connection = {
  role: 'receives',
  id: '0198a0a0-0000-7000-8000-0000000000c1',
  tenantId: tenant.id,
  provider: 'MICROSOFT',
  access: 'bookings',
  accountKey: 'tid.oid',
  accountAddress: 'ada@praxis.example',
  tokenVersion: 1,
  refreshedAt: NOW,
  evidence: { lastReadAt: NOW, failure: undefined, failingSince: undefined },
  calendars: [
    calendar('d1', 'Calendar', { isDefault: true }),
    calendar('d2', 'Family', { firstSeenAt: new Date('2026-11-28T10:00:00Z') }),
    calendar('d3', 'Holidays', { blocks: false }),
  ],
  writing: { accountKind: 'organisation', eventTitle: 'neutral', invites: false },
}

function calendar(suffix: string, name: string, more: Partial<Connection['calendars'][number]>) {
  return {
    id: `0198a0a0-0000-7000-8000-0000000000${suffix}`,
    externalId: `external-${suffix}`,
    name,
    isDefault: false,
    blocks: true,
    firstSeenAt: new Date('2026-11-01T10:00:00Z'),
    ...more,
  }
}

export const overviewOf = (more: Partial<CalendarOverview> = {}): CalendarOverview => ({
  tenant,
  health: { state: 'ok', lastReadAt: NOW },
  connection,
  features: outlook,
  pending: undefined,
  further: [],
  providers,
  upcomingSessions: 6,
  openNotices: 0,
  offering: 'some',
  standing: { sessions: 6, withVideo: 0 },
  written: { calendars: [{ calendarId: undefined, sessions: 6 }], waiting: 0 },
  kept: [],
  ...more,
})

export const bookingOf = (more: Partial<Booking> = {}): Booking => ({
  id: '0198a0a0-0000-7000-8000-0000000000e1',
  tenantId: tenant.id,
  service,
  startsAt: new Date('2026-12-01T10:00:00Z'),
  endsAt: new Date('2026-12-01T10:50:00Z'),
  status: 'CONFIRMED',
  clientName: 'Mo Okafor',
  clientEmail: 'mo@client.example',
  calendarCheck: 'FRESH',
  calendarCheckedAt: NOW,
  cancelledAt: undefined,
  event: {
    status: 'WRITTEN',
    id: 'event',
    connectionId: connection.id,
    mailbox: { provider: connection.provider, accountKey: connection.accountKey },
    joinUrl: undefined,
    failure: undefined,
  },
  ...more,
})

export const slot = (start: string, minutes = 50) => ({
  start: new Date(start),
  end: new Date(Date.parse(start) + minutes * 60_000),
})

export const slots = [
  slot('2026-12-01T09:00:00Z'),
  slot('2026-12-01T11:30:00Z'),
  slot('2026-12-01T12:00:00Z'),
  slot('2026-12-03T09:00:00Z'),
]

/** The entry of a booking in an account from before. */
export const formerEventOf = (more: Partial<FormerEvent> = {}): FormerEvent => ({
  key: '0198a0a0-0000-7000-8000-0000000000f1',
  booking: bookingOf(),
  mailbox: { provider: 'GOOGLE', accountKey: 'sub' },
  status: 'REMOVING',
  id: 'event',
  failure: 'forbidden',
  changeKey: undefined,
  change: undefined,
  claimAgeMs: undefined,
  ...more,
})

/** Of days that one account was read for, whose calendars have their own ids in the reasons. */
export const explanationOf = (days: readonly ExplainedDay[], more: Partial<Explained> = {}): Explained => ({
  known: true,
  days,
  calendars: new Map(connection.calendars.map((calendar) => [calendar.externalId, calendar])),
  accounts: 1,
  checkedAt: NOW,
  check: 'FRESH',
  ...more,
})

export const unexplainedOf = (because: CalendarFailure, more: Partial<Unexplained> = {}): Unexplained => ({
  known: false,
  because,
  accounts: 1,
  unread: { calendars: [], connections: [connection] },
  ...more,
})
