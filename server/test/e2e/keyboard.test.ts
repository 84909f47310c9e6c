import { afterAll, beforeAll, expect, it } from 'vitest'
import { wallClockOf } from '../../src/domain/zoned-time.ts'
import { formatDay } from '../../src/http/pages/formatting.ts'
import { describeInBrowser, visit } from '../support/browser.ts'
import { ENGLISH } from '../support/fixtures.ts'
import * as walk from '../support/walk.ts'

describeInBrowser('without a mouse, and in other zones', (chromium) => {
  let world: walk.BrowserWorld
  beforeAll(async () => {
    world = await walk.startBrowserWorld()
  })
  afterAll(() => world.close())

  it('PG-08 a session is booked with Tab, Enter and letters alone', async () => {
    const who = await world.practice()
    const day = walk.workday()
    const { page } = await visit(chromium())
    await page.goto(`${world.appUrl}/book/${who.slug}`)
    await tabTo(page, 'In the practice')
    await page.keyboard.press('Enter')
    await walk.heading(page, 'Choose a day')
    await tabTo(page, formatDay(day, ENGLISH))
    await page.keyboard.press('Enter')
    await walk.heading(page, `Choose a time on ${walk.dayWords(day)}`)
    await tabTo(page, '11am')
    await page.keyboard.press('Enter')
    await walk.heading(page, 'Your details')
    await tabTo(page, 'Your name')
    await page.keyboard.type('Mo Okafor')
    await page.keyboard.press('Tab')
    await page.keyboard.type('mo@client.example')
    await page.keyboard.press('Enter')
    await walk.heading(page, 'Your session is booked')
    await tabTo(page, 'Cancel this session')
    await page.keyboard.press('Enter')
    await tabTo(page, 'Yes, cancel it')
    await page.keyboard.press('Space')
    await walk.heading(page, 'Your session is cancelled')
  })

  it('PG-09 Outlook is connected and disconnected with Tab, Enter and Space alone', async () => {
    const who = await world.practice()
    const { page } = await visit(chromium())
    await page.goto(`${world.appUrl}/settings/calendar`)
    await tabTo(page, 'Email address')
    await page.keyboard.type(who.email)
    await page.keyboard.press('Tab')
    await page.keyboard.type(who.password)
    await page.keyboard.press('Enter')
    await walk.heading(page, 'Calendar')
    await tabTo(page, 'Only see when I am busy')
    await page.keyboard.press('ArrowDown')
    await tabTo(page, 'Sign in with Microsoft')
    await page.keyboard.press('Enter')
    await walk.heading(page, 'Pick an account')
    await tabTo(page, who.email)
    await page.keyboard.press('Enter')
    await walk.heading(page, 'Permissions requested')
    await tabTo(page, 'Accept')
    await page.keyboard.press('Enter')
    await walk.noted(page, 'Outlook is connected')
    expect(await page.locator('.status').innerText()).toBe('Connected')
    await tabTo(page, 'Disconnect Outlook')
    await page.keyboard.press('Enter')
    await tabTo(page, 'Disconnect', true)
    await page.keyboard.press('Space')
    await walk.noted(page, 'Outlook is disconnected')
  })

  it('PG-20 PG-21 PG-26 another zone shows other words for the same instant, and both clocks', async () => {
    const who = await world.practice()
    const day = walk.workday()
    const { page } = await visit(chromium())
    await page.goto(`${world.appUrl}/book/${who.slug}`)
    await page.getByRole('link', { name: 'By video' }).click()
    expect(await page.locator('.answers').innerText()).not.toContain('works in')
    const change = async (zone: string) => {
      await page.getByLabel('Show times in').selectOption(zone)
      await page.getByRole('button', { name: 'Change' }).click()
    }
    await change('Europe/Paris')
    await page.getByText(/^Times are in Paris \(GMT\+\d\)\.$/).waitFor()
    await change('America/New_York')
    await page.getByText('Ada Berg works in Berlin (GMT+').waitFor()
    await page.getByRole('link', { name: formatDay(day, ENGLISH) }).click()
    const button = page.getByRole('button', { name: `10am on ${formatDay(day, ENGLISH)} in New York (GMT\u2212` })
    expect(await button.innerText()).toMatch(/4pm for Ada Berg/)
    await button.click()
    expect(await page.locator('.answers').innerText()).toMatch(/4pm to 4:50pm in Berlin/)
    await walk.fillIn(page)
    await page.getByRole('button', { name: 'Book this session' }).click()
    await walk.heading(page, 'Your session is booked')
    expect(await page.locator('time').innerText()).toContain('10am to 10:50am, New York')
    const stored = await world.database.database.booking.findFirstOrThrow({ where: { tenantId: who.tenantId } })
    expect(wallClockOf(stored.startsAt, 'Europe/Berlin')).toMatchObject({ hour: 16, minute: 0 })
    expect(stored.startsAt.toISOString()).toBe(await page.locator('time').getAttribute('datetime'))
  })

  it("PG-24 a session in person is shown in the therapist's zone, whatever the browser's", async () => {
    const who = await world.practice()
    const { page } = await visit(chromium(), { timezoneId: 'America/New_York' })
    await walk.lookAt(page, world, who.slug, walk.workday())
    await page.getByText(/^Times are in Berlin \(GMT\+\d\), where you will meet\.$/).waitFor()
    expect(await page.locator('select').count()).toBe(0)
    expect((await walk.times(page))[0]).toBe('9am')
  })
})

/** Presses Tab until the element with these words has the focus; `exact` where others begin alike. */
async function tabTo(page: walk.Page, words: string, exact = false): Promise<void> {
  for (let stop = 0; stop < 60; stop++) {
    await page.keyboard.press('Tab')
    const name = await page.evaluate(() => {
      const stop = document.activeElement
      const label = stop instanceof HTMLInputElement ? stop.labels?.[0] : stop
      return (label?.textContent ?? '').trim()
    })
    if (exact ? name === words : name.includes(words)) return
  }
  throw new Error(`Tab does not lead to: ${words}`)
}
