import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { describeInBrowser, visit } from '../support/browser.ts'
import * as walk from '../support/walk.ts'

const READ = ['openid', 'profile', 'email', 'offline_access', 'Calendars.ReadBasic']

describeInBrowser('consent as it really is', (chromium) => {
  let world: walk.BrowserWorld
  beforeAll(async () => {
    world = await walk.startBrowserWorld()
  })
  afterAll(() => world.close())

  const press = (page: walk.Page, name: string | RegExp) => page.getByRole('button', { name }).click()
  const state = (page: walk.Page) => page.locator('.status').innerText()

  it('PG-35 OA-17 a therapist who declines is told both possibilities, and may try again', async () => {
    const who = await world.practice()
    const { page, complaints } = await visit(chromium())
    await walk.signIn(page, world, who)
    await walk.leaveForMicrosoft(page, 'Only see when I am busy')
    await walk.pickAccount(page, who.account)
    const asked = await page.locator('main li small').allInnerTexts()
    expect(asked.map((scope) => scope.slice(1, -1)).sort()).toEqual([...READ].sort())
    await press(page, 'Cancel')
    await walk.noted(page, 'Outlook was not connected')
    await page.getByText('Either you declined, or your organisation wants an administrator to approve.').waitFor()
    await press(page, 'Try again')
    await walk.pickAccount(page, who.account)
    await walk.accept(page)
    await walk.noted(page, 'Outlook is connected')
    expect(await state(page)).toBe('Connected, reading only')
    expect(complaints).toEqual([])
  })

  it('OA-41 an administrator is asked, approves in a browser of her own, and then it connects', async () => {
    const who = await world.practice({ userConsent: 'admin-approval' })
    const { page, complaints } = await visit(chromium())
    await walk.signIn(page, world, who)
    await walk.leaveForMicrosoft(page)
    await walk.pickAccount(page, who.account)
    await walk.heading(page, 'Need admin approval')
    await press(page, /^Return to the application/)
    await walk.noted(page, 'Outlook was not connected')
    await page.getByRole('link', { name: 'Ask your administrator' }).click()
    await walk.heading(page, 'Ask your administrator')
    const link = await page.getByLabel('Link for your administrator').inputValue()
    expect(await page.getByLabel('Text for an email').inputValue()).toContain(link)

    const admin = await visit(chromium())
    await admin.page.goto(link)
    await admin.page.getByRole('button', { name: `Approve for ${who.slug}.example` }).click()
    await walk.heading(admin.page, 'You can close this page')
    expect((await admin.page.context().cookies()).filter(({ name }) => name.includes('session'))).toEqual([])

    await page.getByRole('link', { name: 'Your calendar settings' }).click()
    await walk.leaveForMicrosoft(page)
    await walk.pickAccount(page, who.account)
    await walk.noted(page, 'Outlook is connected')
    expect([...complaints, ...admin.complaints]).toEqual([])
  })

  it('OA-12 another account asks before it replaces the one before', async () => {
    const who = await world.practice()
    const bo = world.microsoft.addAccount({ kind: 'work', address: `bo@${who.slug}.example` })
    const { page } = await visit(chromium())
    await walk.connectOutlook(page, world, who)
    await press(page, 'Use another Outlook account')
    await walk.pickAccount(page, bo)
    await walk.accept(page)
    await walk.noted(page, 'This is another account')
    await page.getByText(`This is ${bo.address}, until now it was ${who.email}. Replace it?`).waitFor()
    const account = page.locator('dl').getByText('(Outlook)')
    expect(await account.innerText()).toBe(`${who.email} (Outlook)`)
    await press(page, `Replace it with ${bo.address}`)
    await walk.noted(page, 'Outlook is connected')
    expect(await account.innerText()).toBe(`${bo.address} (Outlook)`)
  })

  it('PG-36 OA-27 a grant that ended says so everywhere, keeps clients out, and is renewed with one button', async () => {
    const who = await world.practice()
    const { page } = await visit(chromium())
    const client = await visit(chromium())
    await walk.connectOutlook(page, world, who)
    const session = async () => (await page.context().cookies()).find(({ name }) => name.includes('session'))?.value
    const before = await session()
    world.microsoft.revoke(who.account)
    world.microsoft.expireAccessTokens(who.account)
    await client.page.goto(`${world.appUrl}/book/${who.slug}`)
    await client.page.getByRole('link', { name: 'In the practice' }).click()
    await walk.heading(client.page, "We cannot see Ada Berg's free times right now")

    await page.goto(`${world.appUrl}/appointments`)
    await page.getByRole('link', { name: 'Go to your calendar settings' }).click()
    await page.getByRole('heading', { level: 2, name: 'Needs reconnecting' }).waitFor()
    await press(page, `Reconnect ${who.email}`)
    await walk.noted(page, 'Outlook is connected again')
    expect(await state(page)).toBe('Connected')
    expect(await session()).toBe(before)
    await client.page.getByRole('link', { name: 'Try again' }).click()
    await walk.heading(client.page, 'Choose a day')
  })

  it('PG-35 an upgrade asks for the scope that was missing and no other', async () => {
    const who = await world.practice()
    const { page } = await visit(chromium())
    await walk.connectOutlook(page, world, who, 'Only see when I am busy')
    expect(await state(page)).toBe('Connected, reading only')
    await press(page, 'Also write sessions booked here')
    await walk.heading(page, 'Permissions requested')
    expect(await page.locator('main li small').allInnerTexts()).toEqual(['(Calendars.ReadWrite)'])
    await walk.accept(page)
    await walk.noted(page, 'Outlook is connected again')
    expect(await state(page)).toBe('Connected')
  })

  it('OA-42 disconnecting works while Microsoft is down, and says where to remove the app', async () => {
    const who = await world.practice()
    const { page } = await visit(chromium())
    await walk.connectOutlook(page, world, who)
    const down = world.microsoft.faults.failNext(/./, { kind: 'reset' }, { times: Number.POSITIVE_INFINITY })
    await page.getByText('Disconnect Outlook').click()
    await press(page, 'Disconnect')
    await walk.noted(page, 'Outlook is disconnected')
    down.cancel()
    expect(await page.getByRole('link', { name: /My Apps/ }).getAttribute('href')).toBe('https://myapps.microsoft.com')
    await page.getByRole('heading', { name: 'Connect a calendar' }).waitFor()
  })

  it('PG-34 each way to Microsoft is open where it passes on to two other origins before it shows a page', async () => {
    const who = await world.practice()
    const bo = world.microsoft.addAccount({ kind: 'work', address: `bo@${who.slug}.example` })
    const { page, complaints } = await visit(chromium())
    await walk.signIn(page, world, who)
    world.microsoft.quirks.signInHosts = ['login.localhost', 'localhost']
    onTestFinished(() => {
      world.microsoft.quirks.signInHosts = []
    })
    const there = async () => new URL(page.url()).hostname
    await walk.leaveForMicrosoft(page, 'Only see when I am busy')
    expect(await there()).toBe('localhost')
    await walk.pickAccount(page, who.account)
    await press(page, 'Cancel')
    await press(page, 'Try again')
    await walk.pickAccount(page, who.account)
    await walk.accept(page)
    await walk.noted(page, 'Outlook is connected')
    await press(page, 'Also write sessions booked here')
    await walk.heading(page, 'Permissions requested')
    expect(await there()).toBe('localhost')
    await walk.accept(page)
    await walk.noted(page, 'Outlook is connected again')
    await press(page, 'Use another Outlook account')
    await walk.pickAccount(page, bo)
    await walk.accept(page)
    await walk.noted(page, 'This is another account')
    expect(complaints).toEqual([])
  })

  it('PG-34 both providers are reached under the real policy, and Google connects', async () => {
    const who = await world.practice()
    const { page, complaints } = await visit(chromium())
    await walk.signIn(page, world, who)
    await walk.leaveForMicrosoft(page)
    await page.goto(`${world.appUrl}/settings/calendar`)
    await page.getByLabel('Also write sessions booked here').check()
    await press(page, 'Continue with Google')
    await walk.heading(page, 'Sign in with Google (emulated)')
    await page.getByLabel('iris@practice.example').check()
    await press(page, 'Allow')
    await walk.noted(page, 'Google Calendar is connected')
    expect(complaints).toEqual([])
  })
})
