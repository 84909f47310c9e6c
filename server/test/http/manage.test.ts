import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { bookingOf, inPerson, MANAGE_TOKEN, tenant } from '../support/fixtures.ts'
import { hidden, member, startWebApp } from '../support/web-app.ts'

const PAGE = `/manage/${MANAGE_TOKEN}`

describe('the manage page', () => {
  it('WS-20 PG-31 looks without touching; only its form cancels', async () => {
    const web = await startWebApp()
    const browser = web.browser()
    const page = await browser.get(PAGE).expect(200)
    await browser.head(PAGE).expect(200)
    await browser.get(`${PAGE}/cancel`).expect(405)
    await browser.post(`${PAGE}/cancel`).type('form').send({}).expect(403)
    expect(web.asked('cancel')).toEqual([])
    const fields = { _csrf: hidden(page.text, '_csrf') }
    await browser.post(`${PAGE}/cancel`).type('form').send(fields).expect(303).expect('Location', PAGE)
    expect(web.asked('cancel').map(({ args }) => args)).toEqual([[bookingOf().id]])
  })

  it('WS-20 is the same for unknown, short and strange links, and asks the database for none of the latter', async () => {
    const web = await startWebApp()
    const texts = []
    for (const token of ['x'.repeat(30), 'short', `${MANAGE_TOKEN}%00`, 'a'.repeat(500)])
      texts.push((await request(web.origin).get(`/manage/${token}`).expect(404)).text)
    expect(new Set(texts).size).toBe(1)
    expect(web.asked('find')).toHaveLength(1)
  })

  it.each([
    ['booked', {}, true, 'Your session is booked'],
    ['cancelled', { status: 'CANCELLED' }, false, 'Your session is cancelled'],
    ['too late', {}, false, 'It is too late to cancel here'],
    [
      'past',
      { startsAt: new Date('2026-11-29T10:00:00Z'), endsAt: new Date('2026-11-29T10:50:00Z') },
      false,
      'This session is over',
    ],
  ] as const)('says what became of it: %s', async (_state, change, cancellable, words) => {
    const web = await startWebApp((fakes) => {
      fakes.found = { booking: bookingOf(change), tenant, cancellable }
    })
    const { text } = await request(web.origin).get(PAGE).expect(200)
    expect(text).toContain(words)
    expect(text.includes(`action="${PAGE}/cancel"`)).toBe(cancellable)
  })

  it.each([{ closed: true }, { suspended: true }])(
    'offers no time to anybody at a practice that is %j',
    async (state) => {
      const web = await startWebApp((fakes) => {
        fakes.found = { booking: bookingOf(), tenant: { ...tenant, ...state }, cancellable: true }
      })
      const { text } = await request(web.origin).get(PAGE).expect(200)
      expect(text).toContain('Yes, cancel it')
      web.fakes.found = {
        booking: bookingOf({ status: 'CANCELLED' }),
        tenant: { ...tenant, ...state },
        cancellable: false,
      }
      const { text: cancelled } = await request(web.origin).get(PAGE).expect(200)
      expect(cancelled).toContain('Your session is cancelled')
      for (const page of [text, cancelled]) expect(page).not.toMatch(/for others|Book again/)
    },
  )

  it('shows the client’s zone where she chose one', async () => {
    const web = await startWebApp()
    const { text } = await request(web.origin).get(`${PAGE}?zone=Europe%2FBerlin`).expect(200)
    expect(text).toContain('Tuesday 1 December 2026, 11am to 11:50am, Berlin (GMT+1)')
    expect(text).toContain('10am to 10:50am in London')
  })

  it('goes on in the client’s zone after she has cancelled, and where she books again', async () => {
    const web = await startWebApp()
    const browser = web.browser()
    const page = await browser.get(`${PAGE}?zone=Pacific%2FAuckland`).expect(200)
    const fields = { _csrf: hidden(page.text, '_csrf'), zone: hidden(page.text, 'zone') }
    const answer = await browser.post(`${PAGE}/cancel`).type('form').send(fields).expect(303)
    expect(answer.headers.location).toBe(`${PAGE}?zone=Pacific%2FAuckland`)
    web.fakes.found = { booking: bookingOf({ status: 'CANCELLED' }), tenant, cancellable: false }
    const { text } = await browser.get(`${PAGE}?zone=Pacific%2FAuckland`).expect(200)
    expect(text).toContain('Auckland (GMT+13)')
    expect(text).toContain('href="/book/ada?zone=Pacific%2FAuckland"')
    const unnamed = { ...fields, zone: 'Nowhere' }
    await browser.post(`${PAGE}/cancel`).type('form').send(unnamed).expect(303).expect('Location', PAGE)
  })

  it.each([
    ['a link', { joinUrl: 'https://meet.example/room' }, 'href="https://meet.example/room"', 'Join the call'],
    [
      'no link',
      {},
      'There is no link. <bdi>Ada Berg</bdi> will send you one.',
      'There is no link. Send <bdi>Mo Okafor</bdi> one yourself.',
    ],
    [
      'none, its event not wanted',
      { status: 'NOT_WANTED' },
      '<bdi>Ada Berg</bdi> will send you one',
      'Send <bdi>Mo Okafor</bdi> one yourself',
    ],
    ['no link yet', { status: 'PENDING' }, 'The link is not there yet', 'The link is not there yet'],
  ] as const)(
    'of an online session shows the video, and what to do without: %s',
    async (_, change, client, therapist) => {
      const web = await startWebApp((fakes) => {
        const booking = bookingOf({ event: { ...bookingOf().event, ...change } })
        fakes.found = { booking, tenant, cancellable: true }
        fakes.bookings = [booking]
      })
      expect((await request(web.origin).get(PAGE)).text).toContain(client)
      const { browser } = await member(web)
      expect((await browser.get('/appointments')).text).toContain(therapist)
    },
  )

  it('the manage page of a session in person says nothing of a video', async () => {
    const web = await startWebApp((fakes) => {
      fakes.found = { booking: bookingOf({ service: inPerson }), tenant, cancellable: true }
      fakes.bookings = [bookingOf({ service: inPerson })]
    })
    const { browser } = await member(web)
    for (const path of [PAGE, '/appointments'])
      expect((await browser.get(path).expect(200)).text).not.toContain('Video')
  })

  it('links to nothing but https', async () => {
    const web = await startWebApp((fakes) => {
      const event = { ...bookingOf().event, joinUrl: 'javascript:alert(1)' }
      fakes.found = { booking: bookingOf({ event }), tenant, cancellable: true }
    })
    expect((await request(web.origin).get(PAGE)).text).not.toContain('javascript:')
  })
})

describe('appointments', () => {
  it('appointments are cancelled after a question, by a form', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    const path = `/appointments/${bookingOf().id}/cancel`
    const page = await browser.get(path).expect(200)
    expect(page.text).toContain('We cannot notify <bdi>Mo Okafor</bdi>; tell them yourself.')
    await browser.post(path).type('form').send({}).expect(403)
    expect(web.asked('cancel')).toEqual([])
    const answer = await browser.post(path).type('form').send({ _csrf: csrf }).expect(303)
    expect(answer.headers.location).toBe('/appointments?outcome=cancelled')
  })

  it('say how an action ended once, in the web session that did it, and not because an address says so', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    const NOTE = '<h2 id="note">'
    for (const outcome of [
      'cancelled',
      'already_cancelled',
      'try_again',
      'did_it_myself',
      'remove_it',
      'leave_it',
      'nothing_to_do',
      'too_late',
    ])
      expect((await browser.get(`/appointments?outcome=${outcome}`).expect(200)).text).not.toContain(NOTE)
    const path = `/appointments/${bookingOf().id}/cancel`
    const { headers } = await browser.post(path).type('form').send({ _csrf: csrf }).expect(303)
    const landed = await browser.get(headers.location ?? '').expect(200)
    expect(landed.text).toContain(`${NOTE}The session is cancelled</h2>`)
    expect((await browser.get(headers.location ?? '').expect(200)).text).not.toContain(NOTE)
  })

  it('appointments that are none are not told as the first ones: earlier ones may be over', async () => {
    const web = await startWebApp((fakes) => {
      fakes.bookings = []
    })
    const { browser } = await member(web)
    const { text } = await browser.get('/appointments').expect(200)
    expect(text).toContain('No sessions are coming up.')
    expect(text).not.toContain('yet')
  })

  it('appointments of nobody and of other tenants are not found', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    for (const id of ['0198a0a0-0000-7000-8000-00000000ffff', 'x']) {
      await browser.get(`/appointments/${id}/cancel`).expect(404)
      await browser.post(`/appointments/${id}/cancel`).type('form').send({ _csrf: csrf }).expect(404)
    }
  })

  it('INV-12 appointments whose event was refused are tried again, or left to the therapist, by her word', async () => {
    const event = { ...bookingOf().event, status: 'PENDING', failure: 'forbidden' } as const
    const web = await startWebApp((fakes) => {
      fakes.bookings = [bookingOf({ event })]
    })
    const { browser, csrf } = await member(web)
    const page = await browser.get('/appointments').expect(200)
    const path = `/appointments/${bookingOf().id}/event`
    for (const [word, outcome] of [
      ['try-again', 'try_again'],
      ['did-it-myself', 'did_it_myself'],
    ] as const) {
      expect(page.text).toContain(`action="${path}/${word}"`)
      await browser.post(`${path}/${word}`).type('form').send({}).expect(403)
      await browser.get(`${path}/${word}`).expect(405)
      const answer = await browser.post(`${path}/${word}`).type('form').send({ _csrf: csrf }).expect(303)
      expect(answer.headers.location).toBe(`/appointments?outcome=${outcome}`)
    }
    expect(web.asked('sayOfEvent').map(({ args }) => args[1])).toEqual(['try_again', 'did_it_myself'])
    for (const word of ['forget', 'constructor'])
      await browser.post(`${path}/${word}`).type('form').send({ _csrf: csrf }).expect(404)
    web.fakes.over.add('event')
    await browser.post(`${path}/try-again`).type('form').send({ _csrf: csrf }).expect(429)
  })

  it('need somebody signed in', async () => {
    const { origin } = await startWebApp()
    const { text } = await request(origin).get('/appointments').expect(401)
    expect(text).toContain('<h1>Sign in</h1>')
    const posted = await request(origin).post('/settings/calendar/disconnect').expect(401)
    expect(posted.text).toContain('You were away a while')
    expect(hidden(posted.text, 'next')).toBe('calendar')
  })
})
