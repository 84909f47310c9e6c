import { describe, expect, it } from 'vitest'
import { googleFeatures } from '../../src/adapters/google-calendar/features.ts'
import { microsoftFeatures } from '../../src/adapters/microsoft-calendar/features.ts'
import { detailsPage } from '../../src/http/pages/booking-details.tsx'
import { timesPage } from '../../src/http/pages/booking-times.tsx'
import { htmlOf } from '../../src/http/pages/layout.tsx'
import { managePage } from '../../src/http/pages/manage.tsx'
import { settingsCalendarPage } from '../../src/http/pages/settings-calendar.tsx'
import { de } from '../../src/http/texts/de.ts'
import { en } from '../../src/http/texts/en.ts'
import { featuresIn } from '../../src/ports/calendar-binding.ts'
import { bookingOf, NOW, service, tenant } from '../support/fixtures.ts'
import { said } from '../support/said-texts.ts'
import { hidden, startWebApp } from '../support/web-app.ts'
import { overviewIn, PAGE_STATES } from './page-states.ts'

const textOf = (html: string): string => html.replaceAll(/<[^>]+>/g, '')
const everyPage = Object.entries(PAGE_STATES).map(([state, page]) => [state, textOf(htmlOf(page()))] as const)

describe('no page', () => {
  it.each([
    ['says who took a time', /by someone else/],
    [
      'tells since when something is in a tense that says when it happened',
      /(?:did not|no longer|any more|does not)[^.]* since/,
    ],
    ['says that reloading keeps what was chosen', /Go back, reload/],
    [
      'says one session in the plural',
      /\b1 (?:sessions|times|hours|minutes)\b|\b1 session (?:are|stay)\b|\b1 session, all\b/,
    ],
    // Her calendar may be away, or busy at that time, and with it the practice closed.
    ['promises others a time that was given up', /(?:free|open)(?: again)? (?:for|to) others/],
    ['breaks an offset after its sign', /GMT-/],
  ])('%s', (_what, words) => {
    for (const [state, text] of everyPage) expect(text, state).not.toMatch(words)
  })
})

describe('no text in either language', () => {
  // Whether an error of the log wakes anybody is the operator's doing, and unknown to the application.
  const claims = {
    en: /\balert|\bnotified\b|\binformed\b|been told|are (?:already )?(?:working on|looking into)|know about it|nothing for you to do/i,
    de: /alarm|(?:wurden|worden|sind) (?:\S+ ){0,2}(?:benachrichtigt|informiert|verständigt)|wissen (?:\S+ )?Bescheid|kümmern uns|arbeiten (?:\S+ )?daran|Sie (?:brauchen|haben) nichts zu tun/i,
  }
  const words = (locale: 'en' | 'de', texts: unknown) => [
    ...said(texts),
    ...[googleFeatures(), microsoftFeatures()].flatMap((features) => said(featuresIn(features, locale))),
  ]

  it.each([
    ['en', en],
    ['de', de],
  ] as const)('claims that somebody here has been told of a fault of ours: %s', (locale, texts) => {
    const all = words(locale, texts)
    expect(all.length).toBeGreaterThan(500)
    expect(all.filter(([, text]) => claims[locale].test(text))).toEqual([])
    const ours = all.filter(([, text]) => /our fault|liegt an uns/.test(text))
    expect(ours.length).toBeGreaterThan(5)
  })
})

describe('one session', () => {
  it('is safe, stays booked, and is one', () => {
    const overview = { ...overviewIn('reconnect'), upcomingSessions: 1, standing: { sessions: 1, withVideo: 0 } }
    const page = { overview, csrf: 'c', now: NOW, outcome: undefined, tried: undefined, mayChange: true }
    const text = textOf(htmlOf(settingsCalendarPage(page)))
    const written = { calendars: [{ calendarId: undefined, sessions: 1 }], waiting: 0 }
    const well = textOf(htmlOf(settingsCalendarPage({ ...page, overview: { ...overviewIn('ok'), written } })))
    expect(well).toContain('1 session, in “')
    expect(text).toContain('Your 1 session is safe.')
    expect(text).toContain('Your 1 session stays booked.')
    expect(text).toContain('Your 1 session to come is in Outlook. What becomes of it there?')
    expect(text).toContain('It stays in Outlook; we can no longer change it there.')
    expect(text).toContain('It is removed from Outlook, and stays booked here.')
  })
})

describe('an address that does not fit into its line', () => {
  it.each([
    ['settingsCalendarPage: ok', 'ada@<wbr/>praxis.example (Outlook)'],
    ['settingsCalendarPage: confirm', 'Replace it with <bdi>bo@<wbr/>praxis.example'],
    ['settingsCalendarPage: one further account', 'iris.1@<wbr/>private.example (Google'],
  ])('breaks before its domain: %s', (state, address) => {
    const page = PAGE_STATES[state]
    expect(page === undefined ? state : htmlOf(page())).toContain(address)
  })
})

describe('a client', () => {
  it('reads what her address is for, and whether anything is sent to it', () => {
    const step = { tenant, services: [service], service, zone: tenant.timeZone, now: NOW }
    const typed = { name: '', email: '' }
    const form = { ...step, start: NOW, csrf: 'c', idempotencyKey: 'k', invites: false, typed, errors: [] }
    const invited = htmlOf(detailsPage({ ...form, invites: true }))
    expect(invited).toContain(
      'Ada Berg sees it with your booking, and the calendar of Ada Berg sends an invitation to it.',
    )
    expect(invited).not.toContain('We send nothing')
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

describe('where and for whom', () => {
  it('the therapist’s day is said where it is another one than the client’s', () => {
    const session = { startsAt: new Date('2026-12-07T08:00:00Z'), endsAt: new Date('2026-12-07T08:50:00Z') }
    const props = { booking: bookingOf(session), tenant, token: 't', csrf: 'c', state: 'booked' as const }
    const honolulu = htmlOf(managePage({ ...props, zone: 'Pacific/Honolulu' }))
    expect(honolulu).toContain('Sunday 6 December 2026, 10pm to 10:50pm')
    expect(honolulu).toContain('Monday 7 December, 8am to 8:50am in London')
    expect(htmlOf(managePage({ ...props, zone: 'Europe/Berlin' }))).toContain('<dd>8am to 8:50am in London')
    const step = { tenant, services: [service], service, zone: 'Pacific/Honolulu', now: NOW }
    const slots = [{ start: session.startsAt, end: session.endsAt }]
    const times = htmlOf(timesPage({ ...step, day: '2026-12-06', slots }))
    expect(times).toContain('<small>Monday 7 December, 8am for Ada Berg</small>')
  })

  it('somebody who may change nothing is told who may', () => {
    const page = { csrf: 'c', now: NOW, outcome: undefined, tried: undefined, mayChange: false }
    const text = textOf(htmlOf(settingsCalendarPage({ ...page, overview: overviewIn('reconnect') })))
    expect(text).toContain('Ask the owner of this practice to look at this page.')
    expect(text).toContain('Only the owner of this practice can change this.')
  })

  it('a client whose booking broke off learns that sending it again books nothing twice', async () => {
    const web = await startWebApp((fakes) => {
      fakes.before = (what) => {
        if (what === 'book') throw new Error('away')
      }
    })
    const browser = web.browser()
    const { text } = await browser.get('/book/ada?start=2026-12-01T09:00:00Z').expect(200)
    const carried = Object.fromEntries(['_csrf', 'key', 'service', 'start'].map((name) => [name, hidden(text, name)]))
    const form = { ...carried, name: 'Mo Okafor', email: 'mo@client.example' }
    const broken = await browser.post('/book/ada').type('form').send(form).expect(500)
    expect(broken.text).toContain('press the button again: it will not book twice')
    expect((await browser.get('/book/ada')).text).not.toContain('will not book twice')
  })
})
