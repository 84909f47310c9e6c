import { describe, expect, it } from 'vitest'
import type { CalendarFailure } from '../../src/ports/calendar-failure.ts'
import { connection, outlook, overviewOf, owner } from '../support/fixtures.ts'
import { member, startWebApp } from '../support/web-app.ts'

const CHECK = '/settings/calendar/check'

describe('"Check now"', () => {
  it('is a form post that leads back to the page', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    const { headers } = await browser.post(CHECK).type('form').send({ _csrf: csrf }).expect(303)
    expect(headers.location).toBe('/settings/calendar?outcome=checked')
    expect(web.asked('checkCalendars').map(({ args }) => args)).toEqual([[owner.tenantId]])
    await browser.get(CHECK).expect(405)
  })

  it('is refused without a token, from another site, and to a member who is no owner', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    await browser.post(CHECK).type('form').send({}).expect(403)
    await browser.post(CHECK).set('Sec-Fetch-Site', 'cross-site').type('form').send({ _csrf: csrf }).expect(403)
    web.fakes.users = [{ ...owner, owner: false }]
    await browser.post(CHECK).type('form').send({ _csrf: csrf }).expect(403)
    expect((await browser.get('/settings/calendar')).text).not.toContain(CHECK)
    expect(web.asked('checkCalendars')).toEqual([])
  })

  it('is limited by user', async () => {
    const web = await startWebApp((fakes) => fakes.over.add('check'))
    const { browser, csrf } = await member(web)
    const { headers } = await browser.post(CHECK).type('form').send({ _csrf: csrf }).expect(429)
    expect(headers['retry-after']).toBe('42')
    expect(web.asked('checkCalendars')).toEqual([])
  })

  it('is 404 where nothing is connected', async () => {
    const web = await startWebApp(() => {}, { connectCalendar: { checkCalendars: async () => 'unknown' } })
    const { browser, csrf } = await member(web)
    await browser.post(CHECK).type('form').send({ _csrf: csrf }).expect(404)
  })
})

/** What the page says after "Check now", in the state that was found. */
async function found(failures: readonly (CalendarFailure | undefined)[], state: 'ok' | 'calendar_unread' | 'failing') {
  const web = await startWebApp()
  const { browser, csrf } = await member(web)
  const { headers } = await browser.post(CHECK).type('form').send({ _csrf: csrf })
  const calendars = connection.calendars.map((calendar, at) => ({ ...calendar, failure: failures[at] }))
  const health = { state, since: new Date('2026-11-29T09:14:00Z'), lastReadAt: undefined }
  web.fakes.overview = overviewOf({ connection: { ...connection, calendars }, health, features: outlook })
  const { text } = await browser.get(headers.location ?? '').expect(200)
  return text
    .replace(/<[^>]+>/g, ' ')
    .replace(/[\u2068\u2069]/g, '')
    .replace(/\s+/g, ' ')
}

describe('what "Check now" found', () => {
  it('names what was read', async () => {
    const text = await found([], 'ok')
    expect(text).toContain('2 calendars read “Calendar” and “Family”.')
  })

  it('names what was not, and what was', async () => {
    const text = await found([undefined, 'forbidden'], 'calendar_unread')
    expect(text).toContain('1 of 2 calendars read Read: “Calendar”. Not read: “Family”.')
    expect(text).toContain('We have not been able to read “Family” since')
    expect(text).toContain('Untick it and save')
  })

  it('says to tick another where none is left', async () => {
    const text = await found(['garbled', 'forbidden'], 'calendar_unread')
    expect(text).toContain('0 of 2 calendars read Not read: “Calendar” and “Family”.')
    expect(text).toContain('Untick them, tick another calendar and save')
  })

  it('names what is not ticked because it could not be read', async () => {
    expect(await found([undefined, undefined, 'timeout'], 'ok')).toContain(
      '“Holidays” could not be read and is not ticked: clients can book while you are busy there.',
    )
  })

  it('says no more than that where the account is in the way', async () => {
    const text = await found([], 'failing')
    expect(text).toContain('No calendar was read')
    expect(text).not.toContain('calendars read')
  })
})
