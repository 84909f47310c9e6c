import { describe, expect, it } from 'vitest'
import { OUTCOMES } from '../../src/http/pages/settings-outcome-words.ts'
import type { CalendarOverview } from '../../src/services/connect-calendar.ts'
import type { Fakes } from '../support/fake-services.ts'
import { connection, overviewOf } from '../support/fixtures.ts'
import { member, startWebApp } from '../support/web-app.ts'
import { overviewIn } from './page-states.ts'

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
