import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { appointmentsPage } from '../../src/http/pages/appointments.tsx'
import { detailsPage } from '../../src/http/pages/booking-details.tsx'
import { htmlOf } from '../../src/http/pages/layout.tsx'
import { settingsCalendarPage } from '../../src/http/pages/settings-calendar.tsx'
import { bookingOf, connection, formerEventOf, GERMAN, NOW, overviewOf, service, tenant } from '../support/fixtures.ts'
import { signIn, startWebApp } from '../support/web-app.ts'
import { HEALTH_STATES, overviewIn, PAGE_STATES } from './page-states.ts'

const PAGES_FOLDER = join(import.meta.dirname, '../../src/http/pages')
const SOMEBODY = {
  differences: [],
  unremoved: [],
  former: [],
  overview: overviewOf(),
  csrf: 'c',
  now: NOW,
  outcome: undefined,
  address: '/book/ada',
}
/** Words of the people and the providers of the fixtures, who write English. */
const TYPED_IN_ENGLISH = [
  'Sign in with Microsoft',
  'Sign in with Google',
  'Apps with access',
  'Or write to hello@ada.example.',
  'In the practice',
  'Tick every box at Google.',
]
/** PG-39 gives every page 20 KB; only the settings, which hold a form for each choice, need more than twelve. */
const mostBytes = (state: string): number => (state.startsWith('settingsCalendarPage') ? 16_000 : 12_000)

const all = (html: string, pattern: RegExp): string[] => [...html.matchAll(pattern)].map((match) => match[1] ?? '')

describe('the list of page states', () => {
  it('PG-01 names every page there is', async () => {
    const files = readdirSync(PAGES_FOLDER).filter((name) => name.endsWith('.tsx'))
    const modules = await Promise.all(files.map((name) => import(join(PAGES_FOLDER, name))))
    const pages = modules.flatMap((module: object) => Object.keys(module)).filter((name) => /^[a-z].*Page$/.test(name))
    const listed = new Set(Object.keys(PAGE_STATES).map((state) => state.split(':')[0]))
    expect([...listed].sort()).toEqual([...new Set(pages)].sort())
  })
})

describe.each(Object.entries(PAGE_STATES))('%s', (state, page) => {
  const html = htmlOf(page())

  it('PG-27 is a document with one h1, a title and a language', () => {
    expect(html).toMatch(/^<!doctype html><html lang="en-GB"><head><meta charset="utf-8"/)
    expect(all(html, /<h1[^>]*>(.*?)<\/h1>/g)).toHaveLength(1)
    expect(html).toMatch(/<title>[^<]{5,}<\/title>/)
    expect(all(html, /<h([3-6])/g)).toEqual([])
  })

  it('PG-27 is a document in German, too, without a word of ours left in English', () => {
    const german = htmlOf(page(), GERMAN)
    expect(german).toMatch(/^<!doctype html><html lang="de"><head>/)
    expect(all(german, /<h1[^>]*>(.*?)<\/h1>/g)).toHaveLength(1)
    expect(german).toMatch(/<title>[^<]{5,}<\/title>/)
    expect(Buffer.byteLength(german)).toBeLessThan(mostBytes(state))
    const labels = all(german, / aria-label="([^"]*)"/g)
    // What is wrong with a form, its route says.
    const own = german.replaceAll(/<a href="#(?!main)[^"]*">.*?<\/a>|<p class="msg".*?<\/p>/gs, '')
    const said = [own.replaceAll(/<[^>]+>/g, ' '), ...labels].join(' ')
    const words = TYPED_IN_ENGLISH.reduce((text, typed) => text.replaceAll(typed, ''), said)
    expect(words.match(/\b(?:the|your?|is|are|not|and|with|of|to|we|this|that|have|for|again|Error)\b/gi)).toBeNull()
  })

  it('keeps the words of a summary together: it is a flex box, and each of its children an item', () => {
    for (const summary of all(html, /<summary>(.*?)<\/summary>/gs))
      expect(summary.replaceAll(/<span class="vh">.*?<\/span>/g, '')).toMatch(/^(?:[^<]+|<span>.*<\/span>)$/s)
  })

  it('has unique ids, and every reference finds its own', () => {
    const ids = all(html, / id="([^"]+)"/g)
    expect(ids).toHaveLength(new Set(ids).size)
    const referred = [
      ...all(html, / (?:for|aria-labelledby|aria-describedby)="([^"]+)"/g),
      ...all(html, /href="#([^"]+)"/g),
    ]
    for (const id of referred.flatMap((list) => list.split(' '))) expect(ids).toContain(id)
  })

  it('labels every field that can be seen', () => {
    const fields = all(html, /<((?:input|select|textarea)[^>]*)>/g).filter((tag) => !tag.includes('type="hidden"'))
    const labelled = all(html, /<label for="([^"]+)"/g)
    for (const field of fields) expect(labelled).toContain(/ id="([^"]+)"/.exec(field)?.[1])
  })

  it('has no form in which Enter in a field presses one of several buttons', () => {
    for (const form of all(html, /(<form .*?<\/form>)/gs)) {
      const buttons = all(form, /<button type="submit"([^>]*)>/g)
      const takesEnter = / type="(?:text|email|password|radio|checkbox)"/.test(form)
      if (takesEnter && buttons.length > 1) expect(buttons[0]).toMatch(/ disabled hidden/)
    }
  })

  it('WS-12 posts forms to our own paths, each with a token', () => {
    for (const form of all(html, /(<form method="post".*?<\/form>)/gs)) {
      expect(form).toMatch(/action="\/[a-z]/)
      expect(form).toMatch(/<input type="hidden" name="_csrf" value="csrf-token"/)
    }
  })

  it('WS-23 PG-39 PG-33 is small and brings nothing of others: no script, no inline style, no foreign file', () => {
    expect(html).not.toMatch(/<script|<style| style=|javascript:| on\w+=/)
    expect(all(html, /<(?:link|img|iframe)[^>]+(?:href|src)="([^"]+)"/g).filter((url) => !url.startsWith('/'))).toEqual(
      [],
    )
    expect(Buffer.byteLength(html)).toBeLessThan(mostBytes(state))
  })

  it('PG-25 names no zone by an abbreviation', () => {
    expect(html).not.toMatch(/\b(UTC|CET|CEST|BST|EST|EDT|PST|PDT|WET)\b/)
  })
})

describe('health', () => {
  it.each(HEALTH_STATES)(
    'PG-36 of %s has words, a moment where there is one, and a banner where clients suffer',
    (state) => {
      const overview = overviewIn(state)
      const hub = htmlOf(
        settingsCalendarPage({ overview, csrf: 'c', now: NOW, outcome: undefined, tried: undefined, mayChange: true }),
      )
      const other = htmlOf(
        appointmentsPage({
          overview,
          csrf: 'c',
          now: NOW,
          outcome: undefined,
          address: '/book/ada',
          upcoming: [],
          differences: [],
          unremoved: [],
          former: [],
        }),
      )
      const suffers = 'since' in overview.health
      expect(hub.includes('29 November, 9:14am')).toBe(suffers)
      expect(other.includes('Go to your calendar settings')).toBe(suffers)
      expect(hub.includes('Go to your calendar settings')).toBe(false)
    },
  )
})

describe('what people type', () => {
  const NASTY = [
    '<img src=x onerror=alert(1)>',
    '"><script>alert(1)</script>',
    '{{7*7}}',
    '\u202egnp.exe',
    'a\r\nb',
    'x'.repeat(10_000),
  ]

  it.each(NASTY)('WS-19 is inert wherever it is shown (%#)', (text) => {
    const member = {
      overview: overviewOf({ connection: { ...connection, accountAddress: text } }),
      csrf: 'c',
      now: NOW,
    }
    const named = { ...connection, calendars: connection.calendars.map((one) => ({ ...one, name: text })) }
    const pages = [
      appointmentsPage({
        ...member,
        outcome: undefined,
        address: '/',
        upcoming: [bookingOf({ clientName: text, clientEmail: text })],
        differences: [],
        unremoved: [
          {
            booking: bookingOf({ clientName: text, event: { ...bookingOf().event, status: 'FAILED' } }),
            provider: 'MICROSOFT',
          },
        ],
        former: [formerEventOf({ booking: bookingOf({ clientName: text }) })],
      }),
      settingsCalendarPage({
        ...member,
        overview: overviewOf({ connection: named }),
        outcome: undefined,
        tried: undefined,
        mayChange: true,
      }),
      detailsPage({
        tenant: { ...tenant, name: text },
        services: [service],
        service: { ...service, name: text },
        zone: tenant.timeZone,
        now: NOW,
        start: NOW,
        csrf: 'c',
        idempotencyKey: 'k',
        invites: true,
        typed: { name: text, email: text },
        errors: [],
      }),
    ]
    for (const page of pages) {
      const html = htmlOf(page)
      expect(html).not.toMatch(/<script|<img|<b>x/)
      expect(html).not.toContain('49')
    }
  })

  it('WS-19 keeps its direction to itself', () => {
    const html = htmlOf(appointmentsPage({ ...SOMEBODY, upcoming: [bookingOf()] }))
    expect(html).toContain('<bdi>Mo Okafor</bdi>')
  })
})

describe('errors', () => {
  it('WS-15 CL-08 CL-09 say nothing of what broke, and the log says where but not what', async () => {
    const secret = 's3cret-value\n    at forged (/etc/passwd:1:1)'
    const overview = () => Promise.reject(Object.assign(new Error(secret), { code: 'P2002', config: { secret } }))
    const web = await startWebApp(undefined, { connectCalendar: { overview } })
    const browser = web.browser()
    await signIn(browser)
    const { text } = await browser.get('/settings/calendar').expect(500)
    expect(text).toContain('Something went wrong')
    expect(text).not.toMatch(/s3cret|passwd|P2002/)
    const line = web.fakes.log.entries.find(({ event }) => event === 'request_failed')
    expect(line?.fields).toMatchObject({ route: '/settings/calendar', error: 'Error', code: 'P2002' })
    expect(line?.fields.at).toMatch(/^pages\.test\.tsx?:\d+$/)
    expect(JSON.stringify(web.fakes.log.entries)).not.toMatch(/s3cret|passwd/)
    expect(text).toContain(String(line?.fields.requestId))
  })

  it('OA-24 log patterns of routes, never addresses', async () => {
    const web = await startWebApp()
    const browser = web.browser()
    await browser.get('/manage/m4nageT0ken-m4nageT0ken?zone=s3cret')
    await browser.get('/s3cret/path?x=s3cret')
    await browser.get('/manage/%E0%A4%A')
    const requests = web.fakes.log.entries.filter(({ event }) => event === 'request')
    expect(requests.map(({ fields }) => [fields.method, fields.route, fields.status])).toEqual([
      ['GET', '/manage/:token', 200],
      ['GET', '(none)', 404],
      ['GET', '(none)', 400],
    ])
    expect(JSON.stringify(web.fakes.log.entries)).not.toMatch(/s3cret|m4nage/)
  })
})
