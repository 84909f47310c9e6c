import { describe, expect, it } from 'vitest'
import { htmlOf } from '../../src/http/pages/layout.tsx'
import { type SettingsCalendarPage, settingsCalendarPage } from '../../src/http/pages/settings-calendar.tsx'
import { agrees, OUTCOMES, type SettingsOutcome } from '../../src/http/pages/settings-outcome-words.ts'
import type { CalendarOverview } from '../../src/services/connect-calendar.ts'
import type { Fakes } from '../support/fake-services.ts'
import { connection, google, NOW, outlook, overviewOf } from '../support/fixtures.ts'
import { member, startWebApp } from '../support/web-app.ts'
import { HEALTH_STATES, overviewIn } from './page-states.ts'

const CONNECT = '/settings/calendar/connect'

describe('how an action ended', () => {
  const leaves =
    (overview: CalendarOverview) =>
    (fakes: Fakes): void => {
      fakes.overview = overview
    }
  const TITLE = /<h2 id="note">/

  it('is said once, in the web session that did it', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    const form = { _csrf: csrf, connection: connection.id, calendar: connection.calendars[0]?.id }
    const saved = await browser.post('/settings/calendar/calendars').type('form').send(form).expect(303)
    const path = saved.headers.location ?? ''
    const stranger = await member(web)
    expect((await stranger.browser.get(path).expect(200)).text).not.toMatch(TITLE)
    expect((await browser.get(path).expect(200)).text).toContain('<h2 id="note">Saved</h2>')
    expect((await browser.get(path).expect(200)).text).not.toMatch(TITLE)
  })

  it.each(Object.keys(OUTCOMES))('is not said because an address says so: %s', async (outcome) => {
    const web = await startWebApp()
    const { browser } = await member(web)
    const { text } = await browser.get(`/settings/calendar?outcome=${outcome}&provider=microsoft`).expect(200)
    expect(text).not.toMatch(TITLE)
    expect(text).not.toContain('This is another account')
  })

  it('is not said at another address than that of its outcome', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    await browser.post('/settings/calendar/calendars').type('form').send({ _csrf: csrf, calendar: 'x' }).expect(303)
    expect((await browser.get('/settings/calendar?outcome=approved&provider=microsoft')).text).not.toMatch(TITLE)
  })

  it.each([
    ['connected', leaves(overviewIn('none'))],
    ['reconnected', leaves(overviewIn('reconnect'))],
    ['confirm', leaves(overviewOf())],
  ] as const)('is not said when it has ceased to hold meanwhile: %s', async (outcome, change) => {
    const web = await startWebApp(undefined, { connectCalendar: { finish: () => Promise.resolve(outcome) } })
    const { browser } = await member(web)
    const callback = await browser.get('/settings/calendar/callback/microsoft?state=s&code=c').expect(303)
    change(web.fakes)
    expect((await browser.get(callback.headers.location ?? '').expect(200)).text).not.toMatch(TITLE)
  })

  it('and the way to try again keeps the access that was asked for', async () => {
    const finish = () => Promise.resolve('declined_or_admin' as const)
    const web = await startWebApp(leaves(overviewIn('none')), { connectCalendar: { finish } })
    const { browser, csrf } = await member(web)
    const form = { _csrf: csrf, provider: 'microsoft', access: 'bookings' }
    await browser.post(CONNECT).type('form').send(form).expect(200)
    const callback = await browser.get('/settings/calendar/callback/microsoft?state=s&error=e').expect(303)
    const { text } = await browser.get(callback.headers.location ?? '').expect(200)
    expect(text).toMatch(/name="access" value="bookings"\/>(?:(?!<form).)*Try again/s)
    expect(text).toMatch(/id="bookings" name="access" value="bookings" checked/)
  })
})

describe('after the way to another account', () => {
  it.each([
    ['keeps that choice, so that no hint at the connected account goes along', { other: '1' }, true],
    ['is a way to the connected account where that was asked for last', {}, false],
  ] as const)('the way to try again %s', async (_how, choice, useOtherAccount) => {
    const finish = () => Promise.resolve('failed' as const)
    const web = await startWebApp(undefined, { connectCalendar: { finish } })
    const { browser, csrf } = await member(web)
    const form = { _csrf: csrf, provider: 'microsoft', access: 'bookings' }
    await browser
      .post(CONNECT)
      .type('form')
      .send({ ...form, other: '1' })
      .expect(200)
    await browser
      .post(CONNECT)
      .type('form')
      .send({ ...form, ...choice })
      .expect(200)
    const callback = await browser.get('/settings/calendar/callback/microsoft?state=s&error=e').expect(303)
    const { text } = await browser.get(callback.headers.location ?? '').expect(200)
    const again = /<form(?:(?!<form).)*Try again<\/button>/s.exec(text)?.[0] ?? ''
    const fields = [...again.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value])
    await browser.post(CONNECT).type('form').send(Object.fromEntries(fields)).expect(200)
    expect(web.asked('start').at(-1)?.args[0]).toMatchObject({ access: 'bookings', useOtherAccount })
  })
})

describe('the words of an outcome', () => {
  const outcomes = Object.keys(OUTCOMES) as SettingsOutcome[]
  const page = (more: Partial<SettingsCalendarPage>): string =>
    htmlOf(
      settingsCalendarPage({
        overview: overviewOf(),
        csrf: 'c',
        now: NOW,
        outcome: undefined,
        tried: outlook,
        mayChange: true,
        ...more,
      }),
    )
  const noteOf = (html: string): string =>
    /<section[^>]*aria-labelledby="note".*?<\/section>/s.exec(html)?.[0].replaceAll(/<[^>]+>/g, ' ') ?? ''

  const WORKS = /was not connected|cannot be connected|Connect Outlook now|Outlook is disconnected|choose less/
  const NOTHING = /is connected|stays connected|Saved|Nothing was saved|another account \?/
  const AILS = /is connected|stays connected|Outlook is disconnected/
  const untrueIn = (state: (typeof HEALTH_STATES)[number]) =>
    state === 'none' ? NOTHING : state === 'ok' || state === 'read_only' ? WORKS : AILS

  it.each(outcomes)('never contradict the state at that moment, whatever happened in between: %s', (outcome) => {
    for (const state of HEALTH_STATES) {
      const overview = overviewIn(state)
      if (agrees(outcome, overview)) expect(noteOf(page({ outcome, overview })), state).not.toMatch(untrueIn(state))
    }
  })

  it.each([
    'declined_or_admin',
    'admin_consent',
    'no_mailbox',
    'insufficient_scope',
    'forbidden',
    'misconfigured',
    'failed',
  ] as const)('%s says what stays connected, of the same provider and of another', (outcome) => {
    expect(noteOf(page({ outcome }))).toMatch(/Nothing has changed.*Outlook stays connected as it is\./s)
    const other = noteOf(page({ outcome, tried: google }))
    expect(other).toMatch(/Google Calendar was not connected.*Outlook stays connected as it is\./s)
    expect(noteOf(page({ outcome, overview: overviewIn('none') }))).not.toContain('stays')
  })

  it('signing in again says what we may do from then on', () => {
    const note = (access: 'availability' | 'bookings') =>
      noteOf(page({ outcome: 'reconnected', overview: overviewOf({ connection: { ...connection, access } }) }))
    expect(note('bookings')).toContain('Sessions booked here are written to Outlook.')
    expect(note('availability')).toContain('We write nothing to Outlook.')
  })

  it.each(['declined_or_admin', 'admin_consent', 'insufficient_scope', 'unavailable', 'failed'] as const)(
    '%s offers the same again, at the level that was asked for',
    (outcome) => {
      for (const access of ['availability', 'bookings'] as const) {
        const html = page({ outcome, asked: { access, other: false }, overview: overviewIn('none') })
        expect(html).toMatch(new RegExp(`name="access" value="${access}"/>(?:(?!<form).)*Try again`, 's'))
      }
    },
  )

  it('each section with a button that leads to Google says first what to know of its page', () => {
    const atGoogle = { features: google, connection: { ...connection, provider: 'GOOGLE' as const } }
    const pages = [
      page({ overview: overviewIn('none') }),
      page({}),
      page({ overview: overviewOf(atGoogle) }),
      page({ overview: { ...overviewIn('reconnect'), ...atGoogle } }),
      ...outcomes.map((outcome) => page({ outcome, tried: google, overview: overviewIn('none') })),
    ]
    const leading = pages.flatMap((html) => html.split('<section').filter((one) => one.includes('value="google"')))
    expect(leading.length).toBeGreaterThan(pages.length)
    for (const section of leading) {
      const [before = ''] = section.split('value="google"')
      expect(before).toContain('Tick every box at Google.')
    }
  })
})
