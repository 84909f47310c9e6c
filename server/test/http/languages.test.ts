import { describe, expect, it } from 'vitest'
import { ENGLISH, GERMAN, inPerson, owner, service, tenant } from '../support/fixtures.ts'
import { hidden, member, startWebApp } from '../support/web-app.ts'

const BOTH = ['en', 'de'] as const
const languageOf = ({ headers, text }: { headers: Record<string, unknown>; text: string }) => [
  /<html lang="([^"]+)"/.exec(text)?.[1],
  headers['content-language'],
  headers.vary,
]
const english = ['en-GB', 'en-GB', 'Accept-Language']
const german = ['de', 'de', 'Accept-Language']

describe('the language of a page', () => {
  it.each([
    [undefined, 'en-GB'],
    ['de', 'de'],
    ['de-AT, en;q=0.5', 'de'],
    ['fr, de;q=0.4, en;q=0.2', 'de'],
    ['en;q=0.1, de;q=0.9', 'de'],
    ['en-US, de;q=0.9', 'en-GB'],
    ['fr, it', 'en-GB'],
    ['*', 'en-GB'],
    ['de;q=0', 'en-GB'],
    ['x'.repeat(4000), 'en-GB'],
    [';;;,q=', 'en-GB'],
  ])('for a client whose browser says %s is %s, where the practice has both', async (accepted, language) => {
    const web = await startWebApp((fakes) => {
      fakes.tenants = [{ ...tenant, languages: BOTH }]
    })
    const page = web.browser().get('/book/ada')
    const answer = await (accepted === undefined ? page : page.set('Accept-Language', accepted)).expect(200)
    expect(languageOf(answer)).toEqual([language, language, 'Accept-Language'])
  })

  it('for a client is one that the practice has, its own before all others', async () => {
    const web = await startWebApp((fakes) => {
      fakes.tenants = [tenant]
    })
    const asked = () => web.browser().get('/book/ada').set('Accept-Language', 'de')
    expect(languageOf(await asked())).toEqual(english)
    web.fakes.tenants = [{ ...tenant, locale: GERMAN, languages: ['de'] }]
    expect(languageOf(await asked().set('Accept-Language', 'en'))).toEqual(german)
    web.fakes.tenants = [{ ...tenant, locale: GERMAN, languages: BOTH }]
    expect(languageOf(await asked().set('Accept-Language', 'fr'))).toEqual(german)
    expect(languageOf(await asked().set('Accept-Language', 'en'))).toEqual(english)
  })

  it('is not that of what the practice wrote itself, which says its own', async () => {
    const contactLine = 'Oder per Telefon'
    const web = await startWebApp((fakes) => {
      fakes.tenants = [{ ...tenant, locale: GERMAN, languages: BOTH, contactLine }]
      fakes.services = [service, inPerson]
    })
    const page = async (language: string) =>
      (await web.browser().get('/book/ada').set('Accept-Language', language).expect(200)).text
    const english = await page('en')
    expect(english).toMatch(/<a href="[^"]+" lang="de">Ada Berg</)
    expect(english).toContain(`<span lang="de">${contactLine}</span>`)
    expect(english).toContain('<span lang="de">First session</span>')
    expect((await page('de')).match(/lang="/g)).toHaveLength(1)
  })

  it('is that of the errors of a form, too', async () => {
    const web = await startWebApp((fakes) => {
      fakes.tenants = [{ ...tenant, languages: BOTH }]
    })
    const browser = web.browser()
    const step = await browser.get('/book/ada?start=2026-12-01T09:00:00Z').expect(200)
    const carried = Object.fromEntries(
      ['_csrf', 'key', 'service', 'start'].map((name) => [name, hidden(step.text, name)]),
    )
    const sent = (name: string) =>
      browser
        .post('/book/ada')
        .type('form')
        .send({ ...carried, name, email: 'mo@' })
    const { text } = await sent(' ').set('Accept-Language', 'de').expect(422)
    expect(text).toContain('<title>Fehler: Ihre Angaben - Ada Berg</title>')
    expect(text).toContain('<a href="#name">Geben Sie Ihren Namen ein</a>')
    expect(text).toContain('<a href="#email">Geben Sie eine E-Mail-Adresse ein, ')
    expect((await sent('x'.repeat(121)).expect(422)).text).toContain('Enter a name of at most 120 characters')
  })

  it('for a therapist is her practice’s, whatever her browser says', async () => {
    const web = await startWebApp((fakes) => {
      fakes.users = [{ ...owner, locale: GERMAN }]
    })
    const { browser } = await member(web)
    const page = await browser.get('/settings/account').set('Accept-Language', 'en').expect(200)
    expect(languageOf(page)).toEqual(['de', 'de', undefined])
    expect(page.text).toContain('<h1>Ihr Konto</h1>')
    expect(page.text).toContain('>Abmelden<')
    web.fakes.users = [{ ...owner, locale: ENGLISH }]
    const mine = await browser.get('/settings/account').set('Accept-Language', 'de').expect(200)
    expect(languageOf(mine)).toEqual(['en-GB', 'en-GB', undefined])
  })

  it.each(['/sign-in', '/nothing/here', '/book/nobody', '/manage/unknown', '/settings/calendar'])(
    'where no practice is shown is the browser’s: %s',
    async (path) => {
      const web = await startWebApp()
      expect(languageOf(await web.browser().get(path).set('Accept-Language', 'de-CH'))).toEqual(german)
      expect(languageOf(await web.browser().get(path))).toEqual(english)
    },
  )

  it('is said of no answer of the API, which has none', async () => {
    const web = await startWebApp()
    const { headers } = await web.browser().get('/api/v1/tenants/ada/services').set('Accept-Language', 'de').expect(200)
    expect([headers['content-language'], headers.vary]).toEqual([undefined, undefined])
  })
})

describe('the clock of a page', () => {
  it('is the practice’s in English and has 24 hours in German', async () => {
    const web = await startWebApp((fakes) => {
      fakes.tenants = [{ ...tenant, languages: BOTH }]
    })
    const times = async (language: string) => {
      const page = web.browser().get('/book/ada?day=2026-12-01').set('Accept-Language', language)
      return [...(await page.expect(200)).text.matchAll(/<button type="submit" name="start"[^>]*>([^<]+)</g)][0]?.[1]
    }
    expect([await times('en'), await times('de')]).toEqual(['9am', '09:00'])
    web.fakes.tenants = [{ ...tenant, locale: { language: 'en', clock: '24h' }, languages: BOTH }]
    expect([await times('en'), await times('de')]).toEqual(['09:00', '09:00'])
  })
})
