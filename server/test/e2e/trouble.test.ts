import { afterAll, beforeAll, expect, it } from 'vitest'
import { formatDay } from '../../src/http/pages/formatting.ts'
import { describeInBrowser, visit } from '../support/browser.ts'
import { ENGLISH } from '../support/fixtures.ts'
import * as walk from '../support/walk.ts'

describeInBrowser('when booking does not go smoothly', (chromium) => {
  let world: walk.BrowserWorld
  beforeAll(async () => {
    world = await walk.startBrowserWorld()
  })
  afterAll(() => world.close())

  const submit = (page: walk.Page) => page.getByRole('button', { name: 'Book this session' }).click()
  const typed = async (page: walk.Page) => [
    await page.getByLabel('Your name').inputValue(),
    await page.getByLabel('Email address').inputValue(),
  ]

  /** A client in front of the form for a free time. */
  async function atTheForm(time = '2pm') {
    const who = await world.practice()
    const day = walk.workday()
    const { page } = await visit(chromium())
    await walk.lookAt(page, world, who.slug, day)
    await walk.chooseTime(page, time)
    await walk.heading(page, 'Your details')
    return { who, day, page }
  }

  it('PG-13 PG-14 PG-15 PG-16 a field that is wrong is named first, in words that lead to it', async () => {
    const { page } = await atTheForm()
    await walk.fillIn(page, 'Mo Okafor', 'mo at home')
    const answer = page.waitForResponse((response) => response.request().method() === 'POST')
    await submit(page)
    expect((await answer).status()).toBe(422)
    await walk.noted(page, 'There is a problem')
    expect(await page.title()).toMatch(/^Error: Your details/)
    expect(await typed(page)).toEqual(['Mo Okafor', 'mo at home'])
    const email = page.getByLabel('Email address')
    expect(await email.getAttribute('aria-invalid')).toBe('true')
    const described = (await email.getAttribute('aria-describedby')) ?? ''
    const words = await page
      .locator(
        described
          .split(' ')
          .map((id) => `#${id}`)
          .join(','),
      )
      .allInnerTexts()
    const message = await page.locator('.note li a').innerText()
    expect(words.join(' ')).toContain(message)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Shift+Tab')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('email')
  })

  it('PG-16 PG-17 a time that somebody else took leads to the nearest ones, each booked with one press', async () => {
    const { who, day, page } = await atTheForm('2pm')
    const rival = await visit(chromium())
    await walk.lookAt(rival.page, world, who.slug, day)
    await walk.chooseTime(rival.page, '2pm')
    await walk.fillIn(rival.page, 'Rival', 'rival@client.example')
    await submit(rival.page)
    await walk.heading(rival.page, 'Your session is booked')

    await walk.fillIn(page)
    const answer = page.waitForResponse((response) => response.request().method() === 'POST')
    await submit(page)
    expect((await answer).status()).toBe(409)
    await walk.noted(page, '2pm is taken')
    expect(await page.title()).toMatch(/^Error: /)
    expect(await typed(page)).toEqual(['Mo Okafor', 'mo@client.example'])
    const nearest = await walk.times(page)
    expect(nearest.length).toBeGreaterThanOrEqual(3)
    expect(nearest).toEqual(
      expect.arrayContaining([`${formatDay(day, ENGLISH)}, 1pm`, `${formatDay(day, ENGLISH)}, 3pm`]),
    )
    await page.getByLabel('Email address').press('Enter')
    expect(await walk.times(page)).toEqual(nearest)
    expect(await walk.sessionsOf(world, who)).toBe(1)
    await page.getByRole('button', { name: `${formatDay(day, ENGLISH)}, 3pm in Berlin` }).click()
    await walk.heading(page, 'Your session is booked')
    expect(await page.locator('time').innerText()).toContain('3pm to 3:50pm')
    expect(await walk.sessionsOf(world, who)).toBe(2)
  })

  it('PG-18 a full day names the next free time', async () => {
    const who = await world.practice()
    const { page } = await visit(chromium())
    await walk.connectOutlook(page, world, who)
    const day = walk.workday()
    world.microsoft.addEvent(who.account, {
      subject: 'Away',
      start: day,
      end: nextDay(day),
      isAllDay: true,
      showAs: 'oof',
    })
    await page.goto(`${world.appUrl}/book/${who.slug}`)
    await page.getByRole('link', { name: 'In the practice' }).click()
    const service = new URL(page.url()).searchParams.get('service')
    await page.goto(`${world.appUrl}/book/${who.slug}?service=${service}&day=${day}`)
    await walk.heading(page, `${walk.dayWords(day)} is full`)
    const next = walk.dayWords(walk.workdayAfter(day))
    await page.getByRole('link', { name: `${next}, 9am` }).click()
    await walk.heading(page, `Choose a time on ${next}`)
    expect(await walk.times(page)).toContain('9am')
  })

  it('PG-16 PG-19 a calendar that cannot be read is said so: 503, no times, and nobody calls it full', async () => {
    const { who, day, page } = await atTheForm()
    const therapist = await visit(chromium())
    await walk.connectOutlook(therapist.page, world, who)
    await walk.fillIn(page)
    const broken = world.microsoft.faults.failNext(/\/v1\.0\//, { status: 503 }, { times: Number.POSITIVE_INFINITY })
    const answer = page.waitForResponse((response) => response.request().method() === 'POST')
    await submit(page)
    expect((await answer).status()).toBe(503)
    expect((await answer).headers()['retry-after']).toMatch(/^\d+$/)
    await walk.noted(page, "We cannot see Ada Berg's free times right now")
    expect(await typed(page)).toEqual(['Mo Okafor', 'mo@client.example'])
    expect(await walk.sessionsOf(world, who)).toBe(0)

    const looking = await visit(chromium())
    await looking.page.goto(`${world.appUrl}/book/${who.slug}`)
    await looking.page.getByRole('link', { name: 'In the practice' }).click()
    await walk.heading(looking.page, "We cannot see Ada Berg's free times right now")
    expect(await looking.page.locator('main').innerText()).not.toMatch(/full|No free|am\b|pm\b/)
    broken.cancel()

    // As the page says, in a minute: for so long nothing is asked after many failures.
    world.clock.advance(61_000)
    await page.getByRole('button', { name: 'Try again' }).click()
    await walk.heading(page, 'Your session is booked')
    expect(await page.locator('time').innerText()).toContain(formatDay(day, ENGLISH))
  })

  it('PG-30 PG-31 a double press, back, reload and looking again book once and change nothing', async () => {
    const { who, page } = await atTheForm()
    await walk.fillIn(page)
    await page.getByRole('button', { name: 'Book this session' }).dblclick()
    await walk.heading(page, 'Your session is booked')
    const done = page.url()
    await page.reload()
    await page.goBack()
    await submit(page)
    await walk.heading(page, 'Your session is booked')
    expect(page.url()).toBe(done)
    expect(await walk.sessionsOf(world, who)).toBe(1)
    const row = () => world.database.database.booking.findFirst({ where: { tenantId: who.tenantId } })
    const before = await row()
    await page.goto(done)
    await page.goto(`${done}/cancel`)
    expect(await row()).toEqual(before)
  })

  it('PG-29 a sign-in takes what is pasted and what a password store fills in', async () => {
    const who = await world.practice()
    const { page } = await visit(chromium())
    await page.goto(`${world.appUrl}/sign-in`)
    expect(await page.getByLabel('Email address').getAttribute('autocomplete')).toBe('username')
    const password = page.getByLabel('Password')
    expect(await password.getAttribute('autocomplete')).toBe('current-password')
    const pasted = await password.evaluate((field) =>
      field.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true })),
    )
    expect(pasted, 'nobody prevents pasting').toBe(true)
    await page.getByLabel('Email address').fill(who.email)
    await password.fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await walk.noted(page, 'There is a problem')
    expect(await page.title()).toMatch(/^Error: Sign in/)
    expect(await page.getByLabel('Email address').inputValue()).toBe(who.email)
  })

  it('WS-12 a form of ours is taken, and the same form from another site is not', async () => {
    const { who, page } = await atTheForm()
    const fields = await page
      .locator('form[method=post] input[type=hidden]')
      .evaluateAll((all) => all.map((one) => [one.getAttribute('name') ?? '', one.getAttribute('value') ?? '']))
    const form = fields.map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join('')
    const other = await page.context().newPage()
    await other.route('http://evil.example/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${world.appUrl}/book/${who.slug}">${form}<input name="name" value="Mo"><input name="email" value="mo@client.example"><button>Go</button></form>`,
      }),
    )
    await other.goto('http://evil.example/')
    await other.getByRole('button', { name: 'Go' }).click()
    await walk.heading(other, 'Not allowed')
    expect(await walk.sessionsOf(world, who)).toBe(0)
    await walk.fillIn(page)
    await submit(page)
    await walk.heading(page, 'Your session is booked')
  })
})

const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
