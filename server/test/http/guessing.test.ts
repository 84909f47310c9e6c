import { describe, expect, it } from 'vitest'
import { TooManyPasswords } from '../../src/ports/passwords.ts'
import { PASSWORD } from '../support/fixtures.ts'
import { type Browser, hidden, signIn, startWebApp } from '../support/web-app.ts'

const guess = async (browser: Browser, email = 'ada@praxis.example', password = 'wrong') => {
  const csrf = hidden((await browser.get('/sign-in')).text, '_csrf')
  return browser.post('/sign-in').type('form').send({ _csrf: csrf, email, password })
}

describe('guessing at passwords', () => {
  it.each(['sign_in_address', 'sign_in_account', 'sign_in_account_hour'] as const)(
    'WS-17 is stopped by %s before the password is looked at',
    async (name) => {
      const web = await startWebApp(({ over }) => over.add(name))
      const answer = await guess(web.browser(), 'ada@praxis.example', PASSWORD)
      expect(answer.status).toBe(429)
      expect(answer.headers['retry-after']).toBe('42')
      expect(web.asked('verify')).toEqual([])
    },
  )

  it('WS-17 is counted by address whoever is guessed at, and by account wherever from', async () => {
    const web = await startWebApp(undefined, { trustProxyHops: 1 })
    const keys = (name: string) => web.asked('limit').flatMap(({ args }) => (args[0] === name ? [args[1]] : []))
    for (const [from, email] of [
      ['203.0.113.1', 'ada@praxis.example'],
      ['203.0.113.1', 'bo@praxis.example'],
      ['203.0.113.2', 'ADA@praxis.example'],
    ] as const) {
      const browser = web.browser()
      browser.set('X-Forwarded-For', from)
      await guess(browser, email)
    }
    const pattern = (name: string) => keys(name).map((key) => keys(name).indexOf(key))
    expect(pattern('sign_in_address')).toEqual([0, 0, 2])
    expect(pattern('sign_in_account')).toEqual([0, 1, 0])
  })

  it('WS-17 keeps no owner out of a browser that she used before, and opens no other account there', async () => {
    const web = await startWebApp()
    const hers = web.browser()
    await signIn(hers)
    const csrf = hidden((await hers.get('/settings/calendar').expect(200)).text, '_csrf')
    await hers.post('/sign-out').type('form').send({ _csrf: csrf }).expect(303)
    web.fakes.over.add('sign_in_address').add('sign_in_account').add('sign_in_account_hour')
    expect((await guess(hers, 'bo@praxis.example')).status).toBe(429)
    expect((await guess(web.browser(), 'ada@praxis.example', PASSWORD)).status).toBe(429)
    expect((await guess(hers, 'Ada@praxis.example', 'wrong')).status).toBe(401)
    await signIn(hers)
  })

  it('WS-17 beyond what is hashed at once is answered 503, with Retry-After', async () => {
    const web = await startWebApp((fakes) => {
      fakes.before = (what) => {
        if (what === 'verify') throw new TooManyPasswords()
      }
    })
    const answer = await guess(web.browser())
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('1')
  })

  it('WS-17 is answered before it is noted, so that time does not tell who has an account', async () => {
    let release = (): void => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const web = await startWebApp((fakes) => {
      fakes.before = (what) => (what === 'audit' ? held : undefined)
    })
    const answer = await guess(web.browser())
    release()
    expect(answer).toMatchObject({ status: 401 })
    expect(web.fakes.audited.map(({ action }) => action)).toEqual(['sign_in_failed'])
  })

  it('WS-17 is warned of once when many tries fail', async () => {
    const web = await startWebApp()
    const browser = web.browser()
    const csrf = hidden((await browser.get('/sign-in')).text, '_csrf')
    const form = { _csrf: csrf, email: 'eve@praxis.example', password: 'wrong' }
    for (let tries = 0; tries < 60; tries += 1) await browser.post('/sign-in').type('form').send(form).expect(401)
    expect(web.fakes.log.of('sign_in_failures')).toEqual([expect.objectContaining({ count: 50, minutes: 10 })])
  })
})
