import { describe, expect, it } from 'vitest'
import { detailsPage } from '../../src/http/pages/booking-details.tsx'
import { htmlOf } from '../../src/http/pages/layout.tsx'
import { managePage } from '../../src/http/pages/manage.tsx'
import { settingsCalendarPage } from '../../src/http/pages/settings-calendar.tsx'
import { bookingOf, NOW, service, tenant } from '../support/fixtures.ts'
import { overviewIn, PAGE_STATES } from './page-states.ts'

const textOf = (html: string): string => html.replaceAll(/<[^>]+>/g, '')
const everyPage = Object.entries(PAGE_STATES).map(([state, page]) => [state, textOf(htmlOf(page()))] as const)

describe('no page', () => {
  it.each([
    ['promises an alert that nobody has set up', /alerted/],
    ['says who took a time', /by someone else/],
    [
      'tells since when something is in a tense that says when it happened',
      /(?:did not|no longer|any more|does not)[^.]* since/,
    ],
    ['says that reloading keeps what was chosen', /Go back, reload/],
    ['says one session in the plural', /\b1 (?:sessions|times|hours|minutes)\b|\b1 session (?:are|stay)\b/],
    ['breaks an offset after its sign', /GMT-/],
  ])('%s', (_what, words) => {
    for (const [state, text] of everyPage) expect(text, state).not.toMatch(words)
  })
})

describe('one session', () => {
  it('is safe, stays booked, and is one', () => {
    const overview = { ...overviewIn('reconnect'), upcomingSessions: 1 }
    const page = { overview, csrf: 'c', now: NOW, outcome: undefined, tried: undefined, mayChange: true }
    const text = textOf(htmlOf(settingsCalendarPage(page)))
    expect(text).toContain('Your 1 session is safe.')
    expect(text).toContain('Your 1 session stays booked and stays in Outlook; we can no longer change it there.')
  })
})

describe('a client', () => {
  it('reads what her address is for, and that nothing is sent to it', () => {
    const step = { tenant, services: [service], service, zone: tenant.timeZone, now: NOW }
    const form = { ...step, start: NOW, csrf: 'c', idempotencyKey: 'k', typed: { name: '', email: '' }, errors: [] }
    expect(htmlOf(detailsPage(form))).toContain('Ada Berg sees it with your booking. We send nothing to it.')
  })

  it('reads of her page only what it can do', () => {
    const props = { booking: bookingOf(), tenant, zone: tenant.timeZone, token: 't', csrf: 'c' }
    expect(htmlOf(managePage({ ...props, state: 'booked' }))).toContain('only here you can cancel online')
    const late = htmlOf(managePage({ ...props, state: 'too_late' }))
    expect(late).toContain('to see your booking again')
    expect(late).not.toContain('you can cancel online')
  })
})
