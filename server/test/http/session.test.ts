import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { connection, PASSWORD } from '../support/fixtures.ts'
import { cookiesOf, hidden, member, signIn, startWebApp, type WebApp } from '../support/web-app.ts'

const MINUTE = 60_000
const sessionOf = (answer: Parameters<typeof cookiesOf>[0]): string =>
  cookiesOf(answer).find((cookie) => cookie.startsWith('session=')) ?? ''
const later = (web: WebApp, ms: number): void => {
  web.fakes.now = new Date(web.fakes.now.getTime() + ms)
}

/** Signs in without a cookie jar: jars keep Secure cookies from plain sockets. */
async function signInBare(web: WebApp, before: readonly string[] = []) {
  const page = await request(web.origin).get('/sign-in')
  const cookies = [...before, ...cookiesOf(page).map((cookie) => cookie.split(';')[0] ?? '')]
  const fields = { _csrf: hidden(page.text, '_csrf'), email: 'ada@praxis.example', password: PASSWORD }
  return request(web.origin).post('/sign-in').set('Cookie', cookies.join('; ')).type('form').send(fields)
}

describe('the session cookie', () => {
  it('WS-01 is __Host- and Secure where the public address is https', async () => {
    const web = await startWebApp(undefined, { appUrl: 'https://booking.example' })
    const answer = await signInBare(web)
    expect(answer.status).toBe(303)
    const cookie = cookiesOf(answer).find((one) => one.includes('session')) ?? ''
    expect(cookie).toMatch(/^__Host-session=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/)
    const page = await request(web.origin).get('/sign-in')
    expect(cookiesOf(page)[0]).toMatch(/^__Host-browser=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  })

  it('WS-01 is plain on loopback', async () => {
    const answer = await signInBare(await startWebApp())
    expect(sessionOf(answer)).toMatch(/^session=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/)
  })

  it('WS-02 is new at sign-in: an id the browser brought along is neither adopted nor kept', async () => {
    const web = await startWebApp()
    const first = sessionOf(await signInBare(web)).split(';')[0] ?? ''
    const again = await signInBare(web, [first])
    const second = sessionOf(again).split(';')[0] ?? ''
    expect(second).not.toBe(first)
    await request(web.origin).get('/appointments').set('Cookie', first).expect(401)
    await request(web.origin).get('/appointments').set('Cookie', second).expect(200)
    const made = sessionOf(await signInBare(web, ['session=s%3Achosen.AAAA']))
    expect(made).not.toContain('chosen')
  })

  it('OA-27 is not given to visitors: public pages make no session', async () => {
    const web = await startWebApp()
    for (const path of ['/', '/sign-in', '/book/ada', '/settings/calendar', '/manage/m4nageT0ken-m4nageT0ken'])
      expect(cookiesOf(await request(web.origin).get(path)).filter((one) => one.startsWith('session'))).toEqual([])
    expect(web.fakes.sessions.size).toBe(0)
  })
})

describe('the session', () => {
  it('WS-04 ends after 30 idle minutes', async () => {
    const web = await startWebApp()
    const { browser } = await member(web)
    later(web, 29 * MINUTE)
    await browser.get('/appointments').expect(200)
    later(web, 29 * MINUTE)
    await browser.get('/appointments').expect(200)
    later(web, 30 * MINUTE)
    const page = await browser.get('/appointments').expect(401)
    expect(page.text).toContain('<h1>Sign in</h1>')
    expect(web.fakes.sessions.size).toBe(0)
  })

  it('WS-04 ends after 12 hours, however busy', async () => {
    const web = await startWebApp()
    const { browser } = await member(web)
    for (let quarter = 1; quarter < 48; quarter += 1) {
      later(web, 15 * MINUTE)
      await browser.get('/appointments').expect(200)
    }
    later(web, 15 * MINUTE)
    await browser.get('/appointments').expect(401)
  })

  it('WS-05 ends with sign-out and with the user', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    const other = await member(web)
    await browser.post('/sign-out').type('form').send({ _csrf: csrf }).expect(303).expect('Location', '/sign-in')
    await browser.get('/appointments').expect(401)
    await other.browser.get('/appointments').expect(200)
    web.fakes.users = []
    await other.browser.get('/appointments').expect(401)
    expect(web.fakes.sessions.size).toBe(0)
  })
})

describe('a form that is sent after the session has ended', () => {
  const CALENDARS = '/settings/calendar/calendars'
  const ticked = connection.calendars.map(({ id }) => id)
  const fieldsOf = (html: string) => {
    const fields: Record<string, string[]> = {}
    for (const [, name = '', value = ''] of html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g))
      fields[name] = [...(fields[name] ?? []), value.replaceAll('&amp;', '&')]
    return fields
  }
  async function sentTooLate(path: string, site: string | undefined, more: Readonly<Record<string, unknown>> = {}) {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    later(web, 31 * MINUTE)
    const late = browser.post(path).type('form')
    if (site !== undefined) late.set('Sec-Fetch-Site', site)
    const form = { _csrf: csrf, connection: connection.id, calendar: ticked, tentative: 'free', ...more }
    const { text } = await late.send(form).expect(401)
    return { web, browser, csrf, text }
  }

  it('WS-04 is kept while she signs in, and done when she says so once more', async () => {
    const { web, browser, csrf, text } = await sentTooLate(CALENDARS, 'same-origin')
    expect(text).toContain('it is kept, and you are asked about it then')
    const wrong = { ...fieldsOf(text), email: 'ada@praxis.example', password: 'wrong' }
    const again = await browser.post('/sign-in').type('form').send(wrong).expect(401)
    expect(again.text).toContain('can send you a link to choose a new one')
    const right = { ...fieldsOf(again.text), email: 'ada@praxis.example', password: PASSWORD }
    const page = await browser.post('/sign-in').type('form').send(right).expect(200)
    expect(page.text).toContain('You were about to save which calendars make you busy.')
    expect(page.text).toContain(`action="${CALENDARS}"`)
    expect(web.asked('chooseCalendars')).toEqual([])
    const fields = fieldsOf(page.text)
    expect(fields).toMatchObject({ connection: [connection.id], calendar: ticked, tentative: ['free'] })
    expect(fields._csrf).not.toEqual([csrf])
    await browser.post(CALENDARS).type('form').send(fields).expect(303)
    expect(web.asked('chooseCalendars').map(({ args }) => args[1])).toEqual([ticked])
  })

  it.each([
    ['the browser does not say that a page of ours sent it', CALENDARS, undefined, {}],
    ['it was typed into the browser', CALENDARS, 'none', {}],
    ['there is a password in it', '/settings/account/password', 'same-origin', { current: PASSWORD }],
    ['it is very long', CALENDARS, 'same-origin', { more: 'x'.repeat(9_000) }],
  ])('WS-04 is not kept where %s', async (_why, path, site, more) => {
    const { text } = await sentTooLate(path, site, more)
    expect(text).toContain('What you sent last was not done.')
    expect(fieldsOf(text)).toEqual({ _csrf: [expect.any(String)], next: ['calendar'] })
    expect(text).not.toContain(PASSWORD)
  })

  it.each(['//evil.example?a=b', 'account/password?next=x', '../../sign-out?', '', `connect?x=${'y'.repeat(9_000)}`])(
    'OA-21 is no way to anywhere else: %.40s',
    async (unsent) => {
      const web = await startWebApp()
      const browser = web.browser()
      const page = await browser.get('/sign-in')
      const fields = { ...fieldsOf(page.text), email: 'ada@praxis.example', password: PASSWORD, unsent }
      await browser.post('/sign-in').type('form').send(fields).expect(303).expect('Location', '/appointments')
    },
  )
})

describe('signing in', () => {
  it('says the same for an unknown address and a wrong password, and asks the verifier both times', async () => {
    const web = await startWebApp()
    const browser = web.browser()
    const csrf = hidden((await browser.get('/sign-in')).text, '_csrf')
    const pages = []
    for (const fields of [
      { email: 'ada@praxis.example', password: 'wrong' },
      { email: 'eve@praxis.example', password: PASSWORD },
    ]) {
      const answer = await browser
        .post('/sign-in')
        .type('form')
        .send({ ...fields, _csrf: csrf })
        .expect(401)
      expect(answer.text).toContain('<title>Error: Sign in</title>')
      pages.push(answer.text.replace(fields.email, ''))
    }
    expect(pages[0]).toBe(pages[1])
    expect(web.asked('verify')).toHaveLength(2)
    expect(web.fakes.audited.map(({ action }) => action)).toEqual(['sign_in_failed'])
  })

  it('OA-21 goes on to one of our own pages, whatever the form says', async () => {
    const web = await startWebApp()
    const targets = [
      '//evil.example',
      'https:evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      'calendar',
      'x\r\ny: z',
    ]
    for (const next of targets) {
      const browser = web.browser()
      const page = await browser.get(`/sign-in?next=${encodeURIComponent(next)}`)
      const fields = { _csrf: hidden(page.text, '_csrf'), email: 'ada@praxis.example', password: PASSWORD, next }
      const answer = await browser.post('/sign-in').type('form').send(fields).expect(303)
      expect(answer.headers.location).toBe(next === 'calendar' ? '/settings/calendar' : '/appointments')
    }
  })

  it('WS-12 refuses a forged form: no token, another browser’s token, another site', async () => {
    const web = await startWebApp()
    const form = { email: 'ada@praxis.example', password: PASSWORD }
    const mine = web.browser()
    const theirs = hidden((await web.browser().get('/sign-in')).text, '_csrf')
    const own = hidden((await mine.get('/sign-in')).text, '_csrf')
    await mine.post('/sign-in').type('form').send(form).expect(403)
    await mine
      .post('/sign-in')
      .type('form')
      .send({ ...form, _csrf: theirs })
      .expect(403)
    for (const site of ['cross-site', 'same-site'])
      await mine
        .post('/sign-in')
        .set('Sec-Fetch-Site', site)
        .type('form')
        .send({ ...form, _csrf: own })
        .expect(403)
    await mine
      .post('/sign-in')
      .set('Origin', 'https://evil.example')
      .type('form')
      .send({ ...form, _csrf: own })
      .expect(403)
    expect(web.fakes.sessions.size).toBe(0)
    // Our pages send no referrer, so browsers send `Origin: null` with their forms.
    const headers = { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' }
    await mine
      .post('/sign-in')
      .set(headers)
      .type('form')
      .send({ ...form, _csrf: own })
      .expect(303)
  })

  it('leads on from the home page', async () => {
    const web = await startWebApp()
    const browser = web.browser()
    await browser.get('/').expect(303).expect('Location', '/sign-in')
    await signIn(browser)
    await browser.get('/').expect(303).expect('Location', '/appointments')
    await browser.get('/sign-in').expect(303).expect('Location', '/appointments')
  })
})
