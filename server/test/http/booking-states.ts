import { daysPage, noTimesPage } from '../../src/http/pages/booking-days.tsx'
import { detailsPage } from '../../src/http/pages/booking-details.tsx'
import { otherTimesPage } from '../../src/http/pages/booking-other-times.tsx'
import { servicesPage } from '../../src/http/pages/booking-services.tsx'
import { timesPage } from '../../src/http/pages/booking-times.tsx'
import { closedPage, unreadablePage } from '../../src/http/pages/booking-unavailable.tsx'
import { inPerson, NOW, service, slot, slots, tenant } from '../support/fixtures.ts'
import { of, type PageStates } from './states-of.ts'

const step = { tenant, services: [service, inPerson], service, zone: 'Europe/London', now: NOW }
const form = {
  ...step,
  start: new Date('2026-12-01T11:00:00Z'),
  csrf: 'csrf-token',
  idempotencyKey: 'key',
  invites: false,
  typed: { name: 'Mo Okafor', email: 'mo@' },
}

const days = ['2026-11-30', '2026-12-01', '2026-12-02'].map((day, index) => ({ day, times: index * 2 }))
const list = { from: '2026-11-30', last: '2026-12-13', horizon: '2027-02-28', days }
const none = { ...step, day: '2026-12-01', until: '2027-02-28', next: new Date('2026-12-03T09:00:00Z') }
const berlin = { zone: 'Europe/Berlin' }

/** What clients are shown until they have booked. */
export const BOOKING_STATES: PageStates = {
  'servicesPage: two': () => servicesPage(step),
  'daysPage: own zone': () => daysPage({ ...step, ...list }),
  'daysPage: other zone': () => daysPage({ ...step, ...list, ...berlin }),
  'daysPage: in person': () => daysPage({ ...step, ...list, service: inPerson }),
  'noTimesPage: full': () => noTimesPage({ ...none, why: 'full' }),
  'noTimesPage: notice': () => noTimesPage({ ...none, why: 'notice' }),
  'noTimesPage: outside': () => noTimesPage({ ...none, why: 'outside' }),
  ...of('noTimesPage', ['past', 'beyond'] as const, (why) => noTimesPage({ ...none, why })),
  'noTimesPage: range': () => noTimesPage({ ...none, day: undefined, why: 'range', next: undefined }),
  'timesPage: own zone': () => timesPage({ ...step, day: '2026-12-01', slots: slots.slice(0, 3) }),
  'timesPage: other zone': () => timesPage({ ...step, ...berlin, day: '2026-12-01', slots: slots.slice(0, 3) }),
  'timesPage: repeated hour': () =>
    timesPage({
      ...step,
      day: '2026-10-25',
      slots: [slot('2026-10-25T00:30:00Z'), slot('2026-10-25T01:30:00Z'), slot('2026-10-25T02:30:00Z')],
    }),
  'detailsPage: empty': () => detailsPage({ ...form, typed: { name: '', email: '' }, errors: [] }),
  'detailsPage: invited': () => detailsPage({ ...form, invites: true, errors: [] }),
  'detailsPage: invalid': () =>
    detailsPage({ ...form, problem: 'invalid', errors: [{ field: 'email', message: 'Enter an email address' }] }),
  ...of('detailsPage', ['expired_form', 'key_reused', 'too_many'] as const, (problem) =>
    detailsPage({ ...form, problem, errors: [] }),
  ),
  'detailsPage: other zone': () => detailsPage({ ...form, ...berlin, errors: [] }),
  ...of('otherTimesPage', ['taken', 'over', 'too_close', 'beyond', 'not_a_slot'] as const, (why) =>
    otherTimesPage({ ...form, ...berlin, why, slots }),
  ),
  'otherTimesPage: none near': () => otherTimesPage({ ...form, why: 'taken', slots: [] }),
  'unreadablePage: looking': () => unreadablePage({ tenant, again: '/book/ada' }),
  'unreadablePage: booking': () => unreadablePage({ tenant, retry: form }),
  'closedPage: any': closedPage,
}
