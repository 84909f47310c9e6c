import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { bookingOf, NOW, service, slot } from '../support/fixtures.ts'
import { member, startWebApp } from '../support/web-app.ts'

const TODAY = '2026-11-30'
const HORIZON = '2027-02-28'

const DAYS = [
  ...['0000-01-01', '0001-01-01', '1000-01-01', '1582-10-15', '1999-12-31', '2000-01-01', '2026-11-29', TODAY],
  ...[HORIZON, '2027-03-01', '2199-12-31', '2200-01-01', '9998-12-31', '9999-12-30', '9999-12-31'],
  ...['+010000-01-01', '-000001-01-01', '+275760-09-13', '10000-01-01', '2026-02-30', '2026-12-1', '', '%00'],
]
const INSTANTS = ['0000-01-01T00:00:00Z', '1999-12-31T23:59:59Z', '9999-12-31T23:59:59Z', '9999-12-31T23:59:59-14:00']
const ZONES = ['Europe/London', 'Pacific/Kiritimati', 'Pacific/Pago_Pago']

/** A practice without a free time, so that each page looks for the next one. */
const full = () =>
  startWebApp((fakes) => {
    fakes.offer = () => ({ known: true, checkedAt: NOW, slots: [] })
  })

describe('a page', () => {
  it.each(DAYS)('a page of %s is answered and asks for no day that cannot be booked', async (day) => {
    for (const zone of ZONES) {
      for (const name of ['day', 'from']) {
        const web = await full()
        const { text } = await request(web.origin).get(`/book/ada?${name}=${day}&zone=${zone}`).expect(200)
        expect(text).toMatch(/No (?:later )?times are free|(?:Next|First) free|Nothing is free up to/)
        const asked = web.asked('offer').map(({ args }) => args.map(String))
        expect(asked.length).toBeLessThanOrEqual(5)
        // The client's today and horizon may each touch one more day of the therapist's.
        for (const one of asked.flat()) expect(one >= '2026-11-29' && one <= '2027-03-01', one).toBe(true)
      }
    }
  })

  it.each([
    ['2026-11-01', 'Sunday 1 November is over', 'Next free: '],
    ['2025-11-01', 'Saturday 1 November 2025 is over', 'Next free: '],
    ['2028-11-01', 'Wednesday 1 November 2028 cannot be booked yet', 'First free: '],
  ])('says of a day that is past or too far ahead what it is: %s', async (day, title, next) => {
    const web = await startWebApp()
    const { text } = await request(web.origin).get(`/book/ada?day=${day}`).expect(200)
    expect(text).toContain(`<h1>${title}</h1>`)
    expect(text).toContain(
      `${next}<a href="/book/ada?service=${service.id}&amp;day=2026-12-01">Tuesday 1 December, 9am</a>`,
    )
    expect(text.includes('Sunday 28 February 2027 is the last day that can be booked')).toBe(day > '2027')
    expect(text).not.toMatch(/is full|notice/)
  })

  it.each([
    ['Times are in Casablanca (GMT+1). Ada Berg works in London (GMT+0).', '2027-01-11'],
    ['Times are in Casablanca. Ada Berg works in London (GMT+0).', '2027-02-01'],
  ])('PG-21 says no offset that does not hold for all its times: %s', async (sentence, from) => {
    const web = await startWebApp((fakes) => {
      fakes.offer = () => ({ known: true, checkedAt: NOW, slots: [slot(`${from}T10:00:00Z`)] })
    })
    // Casablanca sets its clock back on 7 February 2027.
    const { text } = await request(web.origin).get(`/book/ada?from=${from}&zone=Africa%2FCasablanca`).expect(200)
    expect(text).toContain(`<p>${sentence}</p>`)
  })

  it.each(INSTANTS)('makes no sentence of an instant outside the years of its days: %s', async (start) => {
    const web = await full()
    const { text } = await request(web.origin).get('/book/ada').query({ start, zone: 'Pacific/Kiritimati' }).expect(200)
    expect(text).not.toMatch(/Your details|undefined|NaN/)
  })

  it.each(['2026-12-01T10:00Z', '2026-12-01T10:00+05:30', '2026-12-01T10:00[Asia/Tokyo]', '+05:30'])(
    'takes no instant and no offset for a time zone: %s',
    async (zone) => {
      for (const web of [await full(), await startWebApp()]) {
        const { text } = await request(web.origin).get('/book/ada').query({ zone }).expect(200)
        expect(text).not.toContain(encodeURIComponent(zone))
      }
    },
  )
})

describe('the appointments', () => {
  it.each([
    ['Times are in London (GMT+0).', '2027-03-26T10:00:00Z'],
    ['Times are in London.', '2027-03-29T10:00:00Z'],
  ])('say no offset that does not hold for all of them: %s', async (sentence, later) => {
    const startsAt = new Date(later)
    const web = await startWebApp((fakes) => {
      fakes.bookings = [bookingOf(), bookingOf({ startsAt, endsAt: new Date(startsAt.getTime() + 3_000_000) })]
    })
    const { browser } = await member(web)
    expect((await browser.get('/appointments').expect(200)).text).toContain(`${sentence}</p>`)
  })
})

describe('the API', () => {
  it.each(DAYS)('refuses %s as a day, or asks once', async (day) => {
    const web = await startWebApp()
    for (const query of [`from=${day}&to=${day}`, `from=${TODAY}&to=${day}`, `from=${day}&to=2199-12-31`]) {
      const { status } = await request(web.origin).get(`/api/v1/tenants/ada/slots?service=${service.id}&${query}`)
      expect([200, 422]).toContain(status)
    }
    expect(web.asked('offer').length).toBeLessThanOrEqual(3)
  })

  it.each(INSTANTS)('answers a booking at %s', async (start) => {
    const web = await startWebApp((fakes) => {
      fakes.outcome = { kind: 'not_a_slot' }
    })
    await request(web.origin)
      .post('/api/v1/tenants/ada/bookings')
      .set('idempotency-key', 'k')
      .send({ service: service.id, start, client: { name: 'Mo', email: 'mo@client.example' } })
      .expect(422)
  })
})
