import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { BookingOutcome } from '../../src/services/book-session.ts'
import type { Offer } from '../../src/services/offer-slots.ts'
import { inPerson, MANAGE_TOKEN, NOW, service, slot, tenant } from '../support/fixtures.ts'
import { cookiesOf, hidden, startWebApp, type WebApp } from '../support/web-app.ts'

const START = '2026-12-01T09:00:00.000Z'
const unreadable: Offer = { known: false, because: 'timeout', retryAfterMs: undefined }

async function detailsIn(web: WebApp, query = `start=${START}`) {
  const browser = web.browser()
  const { text } = await browser.get(`/book/ada?${query}`).expect(200)
  const field = (name: string): string => hidden(text, name)
  const carried = { _csrf: field('_csrf'), key: field('key'), service: field('service'), start: field('start') }
  return { browser, text, form: { ...carried, name: 'Mo Okafor', email: 'mo@client.example' } }
}

describe('the steps', () => {
  it('ask for the service only where there are several, without a look at the calendar', async () => {
    const web = await startWebApp((fakes) => {
      fakes.services = [service, inPerson]
    })
    const { text } = await request(web.origin).get('/book/ada').expect(200)
    expect(text).toContain('What would you like to book?')
    expect(text).toContain(`/book/ada?service=${inPerson.id}`)
    const back = await request(web.origin).get('/book/ada?zone=Pacific%2FAuckland').expect(200)
    expect(back.text).toContain(`href="/book/ada?service=${service.id}&amp;zone=Pacific%2FAuckland"`)
    expect(web.asked('offer')).toEqual([])
  })

  it('list days with counts, then times, then details', async () => {
    const web = await startWebApp()
    const days = await request(web.origin).get('/book/ada').expect(200)
    expect(days.text).toContain(
      `href="/book/ada?service=${service.id}&amp;day=2026-12-01">Tuesday 1 December <small>3 times`,
    )
    expect(days.text).toContain('Monday 30 November <small>No free times</small>')
    const times = await request(web.origin).get('/book/ada?day=2026-12-01').expect(200)
    expect(times.text).toContain('midday<span class="vh"> on Tuesday 1 December in London (GMT+0)</span>')
    expect(times.text).not.toContain('for Ada Berg</small>')
    const details = await request(web.origin).get(`/book/ada?start=${START}`).expect(200)
    expect(details.text).toContain('Tuesday 1 December 2026, 9am to 9:50am, London (GMT+0)')
    expect(web.asked('offer')).toHaveLength(2)
  })

  it('PG-20 PG-21 show another zone without moving the instant, asking for the days it touches', async () => {
    const web = await startWebApp((fakes) => {
      fakes.offer = () => ({ known: true, checkedAt: NOW, slots: [slot('2026-11-30T23:30:00Z'), slot(START)] })
    })
    const { text } = await request(web.origin).get('/book/ada?day=2026-12-01&zone=Europe%2FBerlin').expect(200)
    expect(web.asked('offer').map(({ args }) => args)).toEqual([['2026-11-30', '2026-12-01']])
    expect(text).toContain('12:30am<span class="vh"> on Tuesday 1 December in Berlin (GMT+1)')
    expect(text).toContain(`value="${START}">10am<span`)
    expect(text).toContain('<small>9am for Ada Berg</small>')
    const lisbon = await request(web.origin).get('/book/ada?day=2026-12-01&zone=Europe%2FLisbon')
    expect(lisbon.text).not.toContain('for Ada Berg</small>')
  })

  it('PG-24 show the place’s zone alone when people meet there', async () => {
    const web = await startWebApp((fakes) => {
      fakes.services = [inPerson]
    })
    const { text } = await request(web.origin).get('/book/ada?day=2026-12-01&zone=Europe%2FBerlin').expect(200)
    expect(text).toContain('Times are in London (GMT+0), where you will meet.')
    expect(text).not.toMatch(/Berlin|<select/)
  })

  it('PG-18 name the next free time when a day has none', async () => {
    const web = await startWebApp((fakes) => {
      fakes.offer = (first) => ({
        known: true,
        checkedAt: NOW,
        slots: first > '2026-12-01' ? [slot('2026-12-03T09:00:00Z')] : [],
      })
    })
    const full = await request(web.origin).get('/book/ada?day=2026-12-01').expect(200)
    expect(full.text).toContain('<h1>Tuesday 1 December is full</h1>')
    expect(full.text).toContain('Thursday 3 December, 9am</a>')
    const off = await request(web.origin).get('/book/ada?day=2026-12-02').expect(200)
    expect(off.text).toContain('There are no times on Wednesday 2 December')
    const today = await request(web.origin).get('/book/ada?day=2026-11-30').expect(200)
    expect(today.text).not.toContain('is full')
  })

  it('say until when there is nothing', async () => {
    const web = await startWebApp((fakes) => {
      fakes.offer = () => ({ known: true, checkedAt: NOW, slots: [] })
    })
    const { text } = await request(web.origin).get('/book/ada').expect(200)
    expect(text).toContain('<h1>Nothing is free up to Sunday 28 February 2027</h1>')
    for (const { args } of web.asked('offer')) expect(String(args[1]) <= '2027-02-28').toBe(true)
  })

  it.each(['/book/ada', '/book/ada?day=2026-12-01'])(
    'PG-19 show nothing when the calendar cannot be read: %s',
    async (path) => {
      const web = await startWebApp((fakes) => {
        fakes.offer = () => unreadable
      })
      const { text, headers } = await request(web.origin).get(path).expect(503)
      expect(headers['retry-after']).toBe('30')
      expect(text).toContain("We cannot see Ada Berg's free times right now")
      expect(text).not.toMatch(/full|\d(am|pm)/i)
    },
  )

  it('WS-21 the page is one and the same for an unknown, a suspended and an empty practice', async () => {
    const unknown = await startWebApp()
    const suspended = await startWebApp((fakes) => {
      fakes.tenants = [{ ...tenant, suspended: true }]
    })
    const empty = await startWebApp((fakes) => {
      fakes.services = []
    })
    const answers = [
      await request(unknown.origin).get('/book/nobody').expect(404),
      await request(suspended.origin).get('/book/ada').expect(404),
      await request(empty.origin).get('/book/ada').expect(404),
    ]
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  })

  it('may be revisited, and hold no cookie before the form', async () => {
    const web = await startWebApp()
    const days = await request(web.origin).get('/book/ada')
    expect(cookiesOf(days)).toEqual([])
    expect(days.headers['cache-control']).toBe('private, no-cache')
  })
})

describe('the form', () => {
  it('books and leads to the manage page', async () => {
    const web = await startWebApp()
    const { browser, form } = await detailsIn(web)
    expect(form.start).toBe(START)
    const answer = await browser.post('/book/ada').type('form').send(form).expect(303)
    expect(answer.headers.location).toBe(`/manage/${MANAGE_TOKEN}`)
    await browser.post('/book/ada').type('form').send(form).expect(303)
    const [first, second] = web.asked('book').map(({ args }) => args[0])
    expect(first).toMatchObject({ start: new Date(START), idempotencyKey: form.key })
    expect(second).toEqual(first)
  })

  it('gives every form a key of its own', async () => {
    const web = await startWebApp()
    const keys = [(await detailsIn(web)).form.key, (await detailsIn(web)).form.key]
    expect(new Set(keys).size).toBe(2)
    expect(keys[0]).toMatch(/^[\w-]{22}$/)
  })

  it('PG-14 PG-15 PG-16 keeps what was typed and says what is wrong with it', async () => {
    const web = await startWebApp()
    const { browser, form } = await detailsIn(web)
    const wrong = { ...form, name: '\u202e', email: 'mo@"><b>' }
    const { text } = await browser.post('/book/ada').type('form').send(wrong).expect(422)
    expect(text).toContain('<title>Error: Your details - Ada Berg</title>')
    expect(text).toContain('<a href="#name">Enter your name</a>')
    expect(text).toContain('value="mo@&quot;>&lt;b>"')
    expect(text).toContain('aria-invalid="true" aria-describedby="email-hint email-error"')
    expect(web.asked('book')).toEqual([])
  })

  it.each([
    [{ kind: 'taken' }, 409, '9am is taken'],
    [{ kind: 'not_a_slot' }, 422, 'That time cannot be booked'],
    [{ kind: 'key_reused' }, 422, 'This form was sent before'],
    [{ kind: 'too_many', retryAfterMs: 125_000 }, 429, 'Wait 3 minutes, then send it again.'],
    [{ kind: 'unreadable', because: 'timeout', retryAfterMs: 9_000 }, 503, 'We cannot see'],
  ] as const satisfies readonly (readonly [BookingOutcome, number, string])[])(
    'PG-16 PG-17 keeps everything when it cannot be booked: %j',
    async (outcome, status, words) => {
      const web = await startWebApp((fakes) => {
        fakes.outcome = outcome
      })
      const { browser, form } = await detailsIn(web)
      const { text } = await browser.post('/book/ada').type('form').send(form).expect(status)
      expect(text).toContain(words)
      expect(text).toContain('value="Mo Okafor"')
      expect(text).toContain('value="mo@client.example"')
      expect(hidden(text, 'key')).not.toBe(form.key)
      if (status === 409) expect(text.match(/name="start" value=/g)?.length).toBeGreaterThanOrEqual(3)
    },
  )

  it.each([
    ['2026-11-30T08:00:00Z', 'That time is over'],
    ['2026-11-30T10:00:00Z', 'That time is too close now'],
    ['2026-12-01T09:10:00Z', 'That time cannot be booked'],
    ['2027-03-02T09:00:00Z', 'That time cannot be booked yet'],
  ])('says why a time cannot be booked: %s', async (start, words) => {
    const web = await startWebApp((fakes) => {
      fakes.outcome = { kind: 'not_a_slot' }
    })
    const { browser, form } = await detailsIn(web, `start=${start}`)
    const { text } = await browser.post('/book/ada').type('form').send(form).expect(422)
    expect(text).toContain(`<h2 id="note">${words}</h2>`)
    expect(text).toContain('<p>Nothing you typed is lost.')
    expect(text.includes('Press a time to book it.')).toBe(text.includes('name="start"'))
  })

  it('shows no times when the calendar cannot be read after a rival booked', async () => {
    const web = await startWebApp((fakes) => {
      fakes.outcome = { kind: 'taken' }
      fakes.offer = () => unreadable
    })
    const { browser, form } = await detailsIn(web)
    const { text } = await browser.post('/book/ada').type('form').send(form).expect(503)
    expect(text).toContain('value="Mo Okafor"')
  })

  it('WS-12 books nothing without the browser’s token, and keeps what was typed', async () => {
    const web = await startWebApp()
    const { browser, form } = await detailsIn(web)
    const stranger = (await detailsIn(web)).form._csrf
    for (const _csrf of [undefined, 'x', stranger]) {
      const { text } = await browser
        .post('/book/ada')
        .type('form')
        .send({ ...form, _csrf })
        .expect(403)
      expect(text).toContain('allow cookies for this website')
      expect(text).toContain('value="Mo Okafor"')
    }
    await browser.post('/book/ada').set('Sec-Fetch-Site', 'cross-site').type('form').send(form).expect(403)
    expect(web.asked('book')).toEqual([])
  })

  it('WS-14 refuses more than 32 KiB, and what is no form', async () => {
    const web = await startWebApp()
    const { browser, form } = await detailsIn(web)
    await browser
      .post('/book/ada')
      .type('form')
      .send({ ...form, name: 'x'.repeat(33_000) })
      .expect(413)
    await browser
      .post('/book/ada')
      .type('form')
      .send({ ...form, start: 'soon' })
      .expect(422)
    await browser.post('/book/ada').send(form).expect(422)
    await browser.post('/book/nobody').type('form').send(form).expect(404)
    expect(web.asked('book')).toEqual([])
  })
})
