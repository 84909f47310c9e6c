import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { audit, describeInBrowser, type Visit, visit } from '../support/browser.ts'
import * as walk from '../support/walk.ts'

const CLIENT = { name: 'Mo Okafor', email: 'mo@client.example' }

describeInBrowser('the whole path', (chromium) => {
  let world: walk.BrowserWorld
  beforeAll(async () => {
    world = await walk.startBrowserWorld()
  })
  afterAll(() => world.close())

  async function walkThrough(options: BrowserContextOptions): Promise<{ therapist: Visit; client: Visit }> {
    const who = await world.practice()
    const day = walk.workday()
    const therapist = await visit(chromium(), options)
    const client = await visit(chromium(), options)

    world.microsoft.addEvent(who.account, { subject: 'Dentist', start: `${day}T10:00`, end: `${day}T11:00` })
    await walk.lookAt(client.page, world, who.slug, day)
    const before = await walk.times(client.page)
    expect(before).toContain('10am')

    await walk.connectOutlook(therapist.page, world, who)
    expect(await therapist.page.locator('.status.ok').innerText()).toBe('Connected')
    await walk.lookAt(client.page, world, who.slug, day)
    expect(await walk.times(client.page)).toEqual(
      before.filter((time) => !['9:30am', '10am', '10:30am'].includes(time)),
    )

    await walk.chooseTime(client.page, '2pm')
    await walk.fillIn(client.page, CLIENT.name, CLIENT.email)
    await client.page.getByRole('button', { name: 'Book this session' }).click()
    await walk.heading(client.page, 'Your session is booked')
    await world.exchange(
      who,
      ({ method, path, status }) => method === 'POST' && path.endsWith('/events') && status === 201,
    )

    const outlook = `${world.microsoft.origin}/outlook/${who.email}`
    await therapist.page.goto(outlook)
    const event = therapist.page.getByRole('listitem').filter({ hasText: '14:00 to 14:50' })
    expect(await event.innerText()).toMatch(/Busy, private/)
    expect(await therapist.page.content()).not.toContain(CLIENT.email)

    await client.page.getByText('Cancel this session').click()
    await client.page.getByRole('button', { name: 'Yes, cancel it' }).click()
    await walk.heading(client.page, 'Your session is cancelled')
    await world.exchange(who, ({ method, status }) => method === 'DELETE' && status === 204)
    await therapist.page.goto(outlook)
    expect(await event.count()).toBe(0)
    await walk.lookAt(client.page, world, who.slug, day)
    expect(await walk.times(client.page)).toContain('2pm')
    return { therapist, client }
  }

  it('PG-33 PG-32 WS-06 WS-22 WS-23 is walked under the real policy', async () => {
    const { therapist, client } = await walkThrough({})
    expect([...therapist.complaints, ...client.complaints]).toEqual([])

    const ours = new Set([world.appUrl])
    expect(new Set(client.requests.map(({ url }) => url.origin))).toEqual(ours)
    expect(new Set(therapist.requests.map(({ url }) => url.origin))).toEqual(
      new Set([world.appUrl, world.microsoft.origin]),
    )
    const addresses = client.requests.map(({ url }) => decodeURIComponent(url.href)).join('\n')
    expect(addresses).not.toMatch(/Okafor|client\.example/)
    expect(client.requests.filter(({ referrer }) => referrer !== undefined)).toEqual([])
    const kept = await client.page.evaluate(() => ({ ...localStorage, ...sessionStorage }))
    expect(kept).toEqual({})
  })

  it('PG-06 is walked without script', async () => {
    const { therapist, client } = await walkThrough({ javaScriptEnabled: false })
    expect([...therapist.complaints, ...client.complaints]).toEqual([])
  })

  it('OA-22 OA-38 WS-01 leaves nothing of the callback in the address, and the cookie survives the way back', async () => {
    const who = await world.practice()
    const { page, requests } = await visit(chromium())
    await walk.connectOutlook(page, world, who)
    expect(page.url()).toBe(`${world.appUrl}/settings/calendar?outcome=connected&provider=microsoft`)
    const callback = requests.findLast(({ url }) => url.pathname.includes('/callback/'))
    await page.goto(callback?.url.href ?? '')
    await walk.heading(page, 'This link cannot be used')
    await page.getByRole('link', { name: 'Go to your calendar settings' }).click()
    expect(await page.locator('.status').innerText()).toBe('Connected')
    const cookies = (await page.context().cookies()).filter(({ domain }) => domain === '127.0.0.1')
    expect(cookies.filter(({ httpOnly, sameSite }) => !httpOnly || sameSite !== 'Lax')).toEqual([])
  })

  it('PG-39 is light: three requests and 20 KB a page', async () => {
    const who = await world.practice()
    const { page } = await visit(chromium())
    await page.addInitScript(() => {
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) Object.assign(globalThis, { shifted: entry })
      }).observe({ type: 'layout-shift', buffered: true })
    })
    const client = await page.context().newCDPSession(page)
    await client.send('Network.enable')
    await client.send('Network.setCacheDisabled', { cacheDisabled: true })
    let bytes = 0
    let requests = 0
    client.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
      requests++
    })
    const measured = async (open: () => Promise<unknown>) => {
      bytes = 0
      requests = 0
      await open()
      await page.waitForLoadState('networkidle')
      expect(await page.evaluate(() => 'shifted' in globalThis)).toBe(false)
      expect(requests).toBeLessThanOrEqual(3)
      expect(bytes).toBeGreaterThan(2000)
      expect(bytes).toBeLessThanOrEqual(20 * 1024)
    }
    await measured(() => page.goto(`${world.appUrl}/book/${who.slug}`))
    await measured(() => page.getByRole('link', { name: 'By video' }).click())
    await measured(() => page.locator('.days a').nth(3).click())
    await measured(() => page.locator('.slots button').first().click())
  })

  it('gives the emulated pages the same care', async () => {
    const who = await world.practice()
    const { page } = await visit(chromium(), { viewport: { width: 320, height: 800 } })
    await walk.signIn(page, world, who)
    await walk.leaveForMicrosoft(page)
    expect((await audit(page)).findings).toEqual([])
    await walk.pickAccount(page, who.account)
    await walk.heading(page, 'Permissions requested')
    expect((await audit(page)).findings).toEqual([])
    world.microsoft.addEvent(who.account, {
      subject: 'Lunch',
      start: `${walk.workday()}T12:00`,
      end: `${walk.workday()}T13:00`,
    })
    await page.goto(`${world.microsoft.origin}/outlook/${who.email}`)
    expect((await audit(page)).findings).toEqual([])
  })
})
