import { describe, expect, it } from 'vitest'
import { connection } from '../support/fixtures.ts'
import { member, startWebApp } from '../support/web-app.ts'

describe('a link for an administrator', () => {
  const page = async (query: string, change?: Parameters<typeof startWebApp>[0]) => {
    const web = await startWebApp(change)
    const { browser } = await member(web)
    const { text } = await browser.get(`/settings/calendar/admin?provider=microsoft${query}`).expect(200)
    return { text, asked: web.asked('adminConsentLink').map(({ args }) => args[1]) }
  }

  it('is for the access that she asked for when she was turned away', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    const form = { _csrf: csrf, provider: 'microsoft', access: 'availability' }
    await browser.post('/settings/calendar/connect').type('form').send(form).expect(200)
    await browser.get('/settings/calendar/admin?provider=microsoft').expect(200)
    expect(web.asked('adminConsentLink').map(({ args }) => args[1])).toEqual(['availability'])
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

  it.each(['', '&access=everything'])(
    'is for the access of the connection where none is chosen (%s)',
    async (query) => {
      expect((await page(query)).asked).toEqual([connection.access])
    },
  )
})
