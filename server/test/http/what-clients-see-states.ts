import type { VNode } from 'preact'
import type { BusyKind } from '../../src/domain/busy-time.ts'
import { type ExplainedOccupied, explainDays } from '../../src/domain/slot-reasons.ts'
import { slotRules } from '../../src/domain/slots.ts'
import { addDays } from '../../src/domain/zoned-time.ts'
import { closedForNowPage, noLongerBookablePage, nothingFreePage } from '../../src/http/pages/booking-closed.tsx'
import { type WhatClientsSeePage, whatClientsSeePage } from '../../src/http/pages/what-clients-see.tsx'
import {
  connection,
  explanationOf,
  inPerson,
  NOW,
  overviewOf,
  service,
  tenant,
  unexplainedOf,
} from '../support/fixtures.ts'

const WEEK = '2026-11-30'
const HOURS = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, startMinute: 9 * 60, endMinute: 17 * 60 }))
const WITH_BREAK = HOURS.flatMap(({ weekday }) => [
  { weekday, startMinute: 8 * 60 + 30, endMinute: 12 * 60 },
  { weekday, startMinute: 13 * 60, endMinute: 17 * 60 },
])

const span = (day: number, start: string, end: string) => ({
  start: new Date(`${addDays(WEEK, day)}T${start}:00Z`),
  end: new Date(`${addDays(WEEK, day)}T${end}:00Z`),
})
const entry = (kind: BusyKind, ...when: Parameters<typeof span>) => ({ ...span(...when), kind })
const calendars = [
  {
    calendarId: 'external-d1',
    busy: [
      entry('busy', 0, '13:00', '14:00'),
      entry('tentative', 1, '10:00', '11:30'),
      entry('busy', 2, '15:00', '16:20'),
      entry('away', 3, '00:00', '23:59'),
      entry('elsewhere', 4, '09:00', '10:10'),
    ],
  },
  { calendarId: 'external-d2', busy: [entry('busy', 1, '11:30', '12:00'), entry('busy', 4, '11:05', '13:00')] },
]
const session = span(0, '14:00', '14:50')
const occupied: ExplainedOccupied = {
  calendars,
  busy: calendars.flatMap(({ busy }) => busy),
  sessions: [session],
  blocked: [{ start: session.start, end: new Date(session.end.getTime() + 600_000) }],
}

const explained = (week = WEEK, what = occupied, check: 'FRESH' | 'REMEMBERED' | 'NONE' = 'FRESH', hours = HOURS) =>
  explanationOf(explainDays(slotRules(tenant, service, hours), week, addDays(week, 6), NOW, what), {
    checkedAt: check === 'NONE' ? undefined : new Date('2026-11-30T08:10:00Z'),
    check,
  })

const page = (more: Partial<WhatClientsSeePage> = {}): VNode =>
  whatClientsSeePage({
    overview: overviewOf(),
    csrf: 'csrf-token',
    now: NOW,
    services: [service, inPerson],
    service,
    workingHours: HOURS,
    week: WEEK,
    explanation: explained(),
    first: new Date('2026-11-30T15:00:00Z'),
    checked: false,
    mayCheck: true,
    ...more,
  })

const nothing: ExplainedOccupied = { calendars: [], busy: [], sessions: [], blocked: [] }
const unread = {
  ...connection,
  calendars: connection.calendars.map((one, index) =>
    index === 1 ? { ...one, failure: 'unavailable' as const } : one,
  ),
}
const since = new Date('2026-11-30T07:30:00Z')

const step = { tenant, services: [service, inPerson], service, zone: 'Europe/London', now: NOW, until: '2027-02-28' }
const speechless = { ...tenant, contactLine: undefined }

/** Of the booking page, where there is nothing to choose from. */
export const CLOSED_STATES: Readonly<Record<string, () => VNode>> = {
  'closedForNowPage: with a contact line': () => closedForNowPage({ tenant }),
  'noLongerBookablePage: with a contact line': () => noLongerBookablePage({ tenant }),
  'noLongerBookablePage: without one': () => noLongerBookablePage({ tenant: speechless }),
  'nothingFreePage: full': () => nothingFreePage({ ...step, why: 'full' }),
  'nothingFreePage: no hours, one service': () =>
    nothingFreePage({ ...step, services: [service], tenant: speechless, why: 'no_hours' }),
}

export const WHAT_CLIENTS_SEE_STATES: Readonly<Record<string, () => VNode>> = {
  'whatClientsSeePage: a week': () => page(),
  'whatClientsSeePage: just checked': () => page({ checked: true }),
  'whatClientsSeePage: a week with breaks': () =>
    page({
      services: [service],
      workingHours: WITH_BREAK,
      explanation: explained(WEEK, occupied, 'FRESH', WITH_BREAK),
    }),
  'whatClientsSeePage: remembered': () =>
    page({
      overview: overviewOf({ health: { state: 'failing', since, lastReadAt: since } }),
      explanation: explained(WEEK, occupied, 'REMEMBERED'),
    }),
  'whatClientsSeePage: unreadable': () =>
    page({
      overview: overviewOf({ connection: unread, health: { state: 'calendar_unread', since, lastReadAt: since } }),
      explanation: unexplainedOf('unavailable', {
        unread: { calendars: unread.calendars.slice(1, 2), connections: [] },
      }),
      first: undefined,
    }),
  'whatClientsSeePage: one of two accounts waits for people': () =>
    page({ explanation: unexplainedOf('reconnect', { accounts: 2 }), first: undefined }),
  'whatClientsSeePage: no calendar': () =>
    page({
      overview: overviewOf({ health: { state: 'none' }, connection: undefined, features: undefined }),
      explanation: explained(WEEK, nothing, 'NONE'),
    }),
  'whatClientsSeePage: nothing free': () => page({ first: 'none' }),
  'whatClientsSeePage: a week beyond the horizon': () =>
    page({ week: '2027-03-08', explanation: explained('2027-03-08') }),
  'whatClientsSeePage: no hours': () =>
    page({
      overview: overviewOf({ offering: 'no_hours' }),
      workingHours: [],
      explanation: explained(WEEK, nothing, 'FRESH', []),
      first: 'none',
    }),
  'whatClientsSeePage: a closed practice': () =>
    page({
      overview: overviewOf({ offering: 'closed' }),
      service: undefined,
      explanation: undefined,
      first: undefined,
    }),
  'whatClientsSeePage: no service': () =>
    page({
      overview: overviewOf({ offering: 'no_service' }),
      services: [],
      service: undefined,
      explanation: undefined,
      first: undefined,
    }),
}
