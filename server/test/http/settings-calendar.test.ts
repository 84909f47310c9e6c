import { describe, expect, it } from 'vitest'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import { connection, google, outlook, overviewOf, owner, tenant } from '../support/fixtures.ts'
import { member, startWebApp } from '../support/web-app.ts'

const CONNECT = '/settings/calendar/connect'
const OTHER = '0198a0a0-0000-7000-8000-00000000ffff'

describe('connecting', () => {
  it('OA-23 OA-25 starts by a form post, and leaves by a page that goes on to its one link', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    const form = { _csrf: csrf, provider: 'microsoft', access: 'bookings', other: '1' }
    const { headers, text } = await browser.post(CONNECT).type('form').send(form).expect(200)
    const address = 'https://login.microsoft.example/authorize?state=s'
    expect(headers).toMatchObject({ refresh: `0;url=${address}`, 'cache-control': 'no-store' })
    expect(text.match(/<a [^>]*>/g)).toEqual([`<a class="btn" href="${address}">`])
    expect(text).not.toContain('<form')
    expect(text).toContain('<h1>On to Microsoft</h1>')
    expect(web.asked('start').map(({ args }) => args[0])).toMatchObject([
      { user: { id: owner.id }, provider: 'MICROSOFT', access: 'bookings', useOtherAccount: true },
    ])
  })

  it('OA-25 refuses a forged start: no token, a public page’s token, another site', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    const form = { provider: 'microsoft', access: 'bookings' }
    const page = await browser.get('/book/ada?start=2026-12-01T09:00:00Z')
    const publicToken = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1]
    await browser.post(CONNECT).type('form').send(form).expect(403)
    await browser
      .post(CONNECT)
      .type('form')
      .send({ ...form, _csrf: publicToken })
      .expect(403)
    await browser
      .post(CONNECT)
      .set('Sec-Fetch-Site', 'cross-site')
      .type('form')
      .send({ ...form, _csrf: csrf })
      .expect(403)
    const other = await member(web)
    await browser
      .post(CONNECT)
      .type('form')
      .send({ ...form, _csrf: other.csrf })
      .expect(403)
    expect(web.asked('start')).toEqual([])
  })

  it.each([
    { provider: 'nobody', access: 'bookings' },
    { provider: 'microsoft', access: 'everything' },
    { provider: ['microsoft', 'google'], access: 'bookings' },
    { access: 'bookings' },
  ])('refuses a form that makes no sense: %j', async (form) => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    await browser
      .post(CONNECT)
      .type('form')
      .send({ ...form, _csrf: csrf })
      .expect(422)
    expect(web.asked('start')).toEqual([])
  })

  it('OA-28 is limited by user', async () => {
    const web = await startWebApp((fakes) => fakes.over.add('connect'))
    const { browser, csrf } = await member(web)
    const form = { _csrf: csrf, provider: 'microsoft', access: 'bookings' }
    const { text, headers } = await browser.post(CONNECT).type('form').send(form).expect(429)
    expect(headers['retry-after']).toBe('42')
    expect(text).toContain('Wait a minute')
    expect(web.asked('start')).toEqual([])
  })

  it('OA-28 is not stopped by a site that leads her to the page for her administrator', async () => {
    const web = await startWebApp((fakes) => fakes.over.add('ask_administrator'))
    const { browser, csrf } = await member(web)
    await browser.get('/settings/calendar/admin?provider=microsoft').set('Sec-Fetch-Site', 'cross-site').expect(429)
    const form = { _csrf: csrf, provider: 'microsoft', access: 'bookings' }
    await browser.post(CONNECT).type('form').send(form).expect(200)
  })

  it.each([
    ['unavailable', 'unavailable'],
    ['misconfigured', 'misconfigured'],
    ['garbled', 'failed'],
  ] as const)('says so when the provider cannot be left for: %s', async (reason, outcome) => {
    const start = () => Promise.reject(new CalendarError(reason, 'no'))
    const web = await startWebApp(undefined, { connectCalendar: { start } })
    const { browser, csrf } = await member(web)
    const form = { _csrf: csrf, provider: 'google', access: 'availability' }
    const answer = await browser.post(CONNECT).type('form').send(form).expect(303)
    expect(answer.headers.location).toBe(`/settings/calendar?outcome=${outcome}&provider=google`)
    const page = await browser.get(answer.headers.location ?? '').expect(200)
    expect(page.text).toContain(google.label)
  })

  it('is for owners only', async () => {
    const web = await startWebApp((fakes) => {
      fakes.users = [{ ...owner, owner: false }]
    })
    const { browser, csrf } = await member(web)
    const form = { _csrf: csrf, provider: 'microsoft', access: 'bookings', connection: connection.id }
    for (const path of ['connect', 'disconnect', 'calendars', 'confirm'])
      await browser.post(`/settings/calendar/${path}`).type('form').send(form).expect(403)
    await browser.get('/settings/calendar/admin?provider=microsoft').expect(403)
    for (const what of ['start', 'disconnect', 'chooseCalendars', 'confirm']) expect(web.asked(what)).toEqual([])
  })
})

describe('an account that is connected', () => {
  it('OA-26 is let go by a form post', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    const path = '/settings/calendar/disconnect'
    await browser.post(path).type('form').send({ connection: connection.id }).expect(403)
    await browser.post(path).type('form').send({ _csrf: csrf, connection: OTHER }).expect(404)
    await browser.post(path).type('form').send({ _csrf: csrf, connection: 'x' }).expect(404)
    const answer = await browser.post(path).type('form').send({ _csrf: csrf, connection: connection.id }).expect(303)
    expect(answer.headers.location).toBe('/settings/calendar?outcome=disconnected&provider=microsoft')
    expect(web.asked('disconnect').map(({ args }) => args[0])).toEqual([OTHER, connection.id])
    await browser.post(path).type('form').send({ _csrf: csrf }).expect(303)
  })

  it('has its calendars chosen, one or many or none', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    const [first, second] = connection.calendars.map(({ id }) => id)
    const save = (calendar: unknown) =>
      browser.post('/settings/calendar/calendars').type('form').send({ _csrf: csrf, calendar })
    expect((await save(first)).headers.location).toBe('/settings/calendar?outcome=saved')
    expect((await save([first, second])).headers.location).toBe('/settings/calendar?outcome=saved')
    expect((await save(undefined)).headers.location).toBe('/settings/calendar?outcome=none_ticked')
    expect(web.asked('chooseCalendars').map(({ args }) => args[1])).toEqual([[first], [first, second], []])
  })

  it('T-43 has decided what counts as busy; a form that does not say leaves it as it is', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    const save = (fields: Record<string, string>) =>
      browser
        .post('/settings/calendar/calendars')
        .type('form')
        .send({ _csrf: csrf, calendar: connection.calendars[0]?.id, ...fields })
    await save({ tentative: 'free', 'working-elsewhere': 'busy' }).expect(303)
    await save({ tentative: 'busy' }).expect(303)
    await save({}).expect(303)
    await save({ tentative: 'perhaps' }).expect(422)
    expect(web.asked('chooseCalendars').map(({ args }) => args[2])).toEqual([
      { tentativeBlocks: false, workingElsewhereBlocks: true },
      { tentativeBlocks: true },
      {},
    ])
  })

  it('has where and how sessions are written decided; a form that does not say leaves it as it is', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    const receiver = connection.calendars[1]?.id ?? ''
    const save = (fields: Record<string, string>) =>
      browser
        .post('/settings/calendar/calendars')
        .type('form')
        .send({ _csrf: csrf, calendar: connection.calendars[0]?.id, ...fields })
    await save({ receiver, 'event-title': 'initials', invites: 'yes' }).expect(303)
    await save({ invites: 'no' }).expect(303)
    await save({}).expect(303)
    for (const wrong of [{ receiver: 'x' }, { 'event-title': 'address' }, { invites: 'perhaps' }])
      await save(wrong as unknown as Record<string, string>).expect(422)
    expect(web.asked('chooseCalendars').map(({ args }) => args[3])).toEqual([
      { receiver, eventTitle: 'initials', invites: true },
      { invites: false },
      {},
    ])
  })

  it('PR-09 offers to receive what is hers and may be written to, and names clients nowhere but in an organisation’s account', async () => {
    const web = await startWebApp()
    const { browser } = await member(web)
    const shown = async (change: (calendars: typeof connection.calendars) => Partial<typeof connection>) => {
      web.fakes.overview = overviewOf({ connection: { ...connection, ...change(connection.calendars) } })
      return (await browser.get('/settings/calendar').expect(200)).text
    }
    const select = (text: string) => /<select id="receiver".*?<\/select>/s.exec(text)?.[0] ?? ''
    const some = await shown(([one, two, three]) => ({
      calendars: [one, { ...two, kind: 'foreign' }, { ...three, isReadOnly: true }] as typeof connection.calendars,
    }))
    expect([...select(some).matchAll(/<option/g)]).toHaveLength(1)
    const lost = await shown(() => ({ writing: { ...connection.writing, writesTo: 'gone' } }))
    expect(lost).toContain('was deleted. Choose another one')
    expect(select(lost)).toMatch(/<option value(="")? disabled selected>/)
    const personal = await shown(() => ({ writing: { eventTitle: 'neutral', invites: false } }))
    expect(personal).toMatch(/<select id="event-title"[^>]* disabled/)
    expect(personal).not.toContain('name="invites"')
    const reading = await shown(() => ({ access: 'availability' }))
    expect(reading).not.toMatch(/name="(receiver|event-title|invites)"/)
  })

  it('T-43 shows what counts as busy where the provider tells it apart, and only there', async () => {
    const web = await startWebApp((fakes) => {
      fakes.overview = overviewOf({
        tenant: { ...tenant, policy: { tentativeBlocks: false, workingElsewhereBlocks: false } },
      })
    })
    const { browser } = await member(web)
    const { text } = await browser.get('/settings/calendar').expect(200)
    expect(text).toMatch(/<input[^>]*name="tentative" value="free" checked/)
    expect(text).not.toMatch(/<input[^>]*name="tentative" value="busy" checked/)
    const other = await startWebApp((fakes) => {
      fakes.overview = overviewOf({ features: google })
    })
    const page = await (await member(other)).browser.get('/settings/calendar').expect(200)
    expect(page.text).not.toContain('name="tentative"')
  })

  it('is replaced when the therapist confirms the one that waits', async () => {
    const waiting = { ...connection, id: OTHER, accountAddress: 'bo@praxis.example' }
    const web = await startWebApp((fakes) => {
      fakes.overview = overviewOf({ pending: { connection: waiting, features: outlook, isSameAccount: false } })
    })
    const { browser, csrf } = await member(web)
    const path = '/settings/calendar/confirm'
    await browser.post(path).type('form').send({ _csrf: csrf, connection: connection.id }).expect(404)
    const answer = await browser.post(path).type('form').send({ _csrf: csrf, connection: OTHER }).expect(303)
    expect(answer.headers.location).toBe('/settings/calendar?outcome=replaced')
  })
})
