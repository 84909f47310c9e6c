import { describe, expect, it } from 'vitest'
import { APP_URL, connection, NOW, registration } from '../support/fixtures.ts'
import { member, startWebApp } from '../support/web-app.ts'
import { overviewIn } from './page-states.ts'

describe('a link for an administrator', () => {
  const page = async (query: string, change?: Parameters<typeof startWebApp>[0]) => {
    const web = await startWebApp(change)
    const { browser } = await member(web)
    const { text } = await browser.get(`/settings/calendar/admin?provider=microsoft${query}`).expect(200)
    return { text, asked: web.asked('askAdministrator').map(({ args }) => args[1]) }
  }

  it('is for the access that she asked for when she was turned away', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    const form = { _csrf: csrf, provider: 'microsoft', access: 'availability' }
    await browser.post('/settings/calendar/connect').type('form').send(form).expect(200)
    await browser.get('/settings/calendar/admin?provider=microsoft').expect(200)
    expect(web.asked('askAdministrator').map(({ args }) => args[1])).toEqual(['availability'])
  })

  it('is for the access that was chosen, says what that is and until when the link works', async () => {
    const reading = await page('&access=availability')
    expect(reading.asked).toEqual(['availability'])
    expect(reading.text).toContain('It writes nothing.')
    expect(reading.text).toContain('access=bookings')
    const writing = await page('&access=bookings')
    expect(writing.asked).toEqual(['bookings'])
    expect(writing.text).toContain('It also writes the sessions booked with me')
    expect(writing.text).toContain('access=availability')
    for (const { text } of [reading, writing]) expect(text).toMatch(/It works until Monday 11 March 2030\b/)
  })

  it('names the app, its permissions and where to read more, with a link and without one', async () => {
    const mailOf = (text: string) => /<textarea[^>]*>(.*?)<\/textarea>/s.exec(text)?.[1] ?? ''
    const links = [undefined, { url: new URL('https://login.microsoft.example/adminconsent'), until: NOW }]
    for (const link of links) {
      const askAdministrator = () => Promise.resolve({ registration, link })
      const web = await startWebApp(undefined, { connectCalendar: { askAdministrator } })
      const { browser } = await member(web)
      const { text } = await browser.get('/settings/calendar/admin?provider=microsoft').expect(200)
      const mail = mailOf(text)
      expect(mail).toContain('the booking page of Ada Berg')
      for (const words of [
        `${APP_URL}/book/ada`,
        registration.clientId,
        registration.reference,
        'openid, Calendars.ReadBasic',
      ])
        expect(mail).toContain(words)
      expect(text).toContain(encodeURIComponent(registration.clientId))
    }
  })

  it.each([
    ['microsoft', 'Outlook'],
    ['google', 'Google Calendar'],
  ])('is found before anybody was turned away: %s', async (slug, label) => {
    const web = await startWebApp((fakes) => {
      fakes.overview = overviewIn('none')
    })
    const { browser } = await member(web)
    const { text } = await browser.get('/settings/calendar').expect(200)
    const path = `/settings/calendar/admin?provider=${slug}&access=availability`
    expect(text).toContain(`<a href="${path.replace('&', '&amp;')}">ask for ${label}</a>`)
    expect((await browser.get(path).expect(200)).text).not.toMatch(/connect [^.]* again/)
  })

  it.each(['', '&access=everything'])(
    'is for the access of the connection where none is chosen (%s)',
    async (query) => {
      expect((await page(query)).asked).toEqual([connection.access])
    },
  )
})
