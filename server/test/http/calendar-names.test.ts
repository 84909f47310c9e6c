import { expect, it } from 'vitest'
import { member, startWebApp } from '../support/web-app.ts'

it('TS-17 a calendar whose name does not decrypt is shown, and can be unticked, without it', async () => {
  const web = await startWebApp(({ overview }) => {
    const { connection } = overview
    if (connection === undefined) throw new Error('no connection')
    const calendars = connection.calendars.map((calendar) => ({ ...calendar, name: undefined }))
    Object.assign(overview, { connection: { ...connection, calendars } })
  })
  const { browser } = await member(web)
  const { text } = await browser.get('/settings/calendar').expect(200)
  expect(text).toMatch(/<input type="checkbox" id="calendar-[^"]+" name="calendar"[^>]*>\s*<label[^>]*><b>.*A calendar/)
})
