import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { mayPass } from '../../src/domain/connection-health.ts'
import { CALENDAR_FAILURES } from '../../src/ports/calendar-failure.ts'
import { NOW, service } from '../support/fixtures.ts'
import { hidden, startWebApp } from '../support/web-app.ts'

const FILLED = {
  service: service.id,
  start: '2026-12-01T09:00:00Z',
  name: 'Mo Okafor',
  email: 'mo@client.example',
}

describe('a booking page with nothing to choose from', () => {
  it('tells a practice that is full from one whose hours are none, or shorter than the session', async () => {
    const web = await startWebApp((fakes) => {
      fakes.offer = () => ({ known: true, checkedAt: NOW, slots: [] })
      fakes.services = [{ ...service, durationMinutes: 481 }]
    })
    const { text } = await request(web.origin).get('/book/ada').expect(200)
    expect(text).toContain('<h1>No times are offered for this session at the moment</h1>')
    expect(text).toContain('Or write to hello@ada.example.')
    const later = await request(web.origin).get('/book/ada?from=2026-12-10').expect(200)
    expect(later.text).toContain('No free times on these days')
  })

  it('says of a closed practice that it takes no bookings, whatever step is asked for, and reads nothing', async () => {
    const web = await startWebApp()
    const browser = web.browser()
    const details = await browser.get('/book/ada?start=2026-12-01T09:00:00Z').expect(200)
    const form = { _csrf: hidden(details.text, '_csrf'), key: hidden(details.text, 'key'), ...FILLED }
    web.fakes.tenants = web.fakes.tenants.map((one) => ({ ...one, closed: true }))
    web.fakes.outcome = { kind: 'closed' }
    for (const answer of [
      await browser.get('/book/ada').expect(410),
      await browser.get('/book/ada?day=2026-12-01').expect(410),
      await browser.get('/book/ada?start=2026-12-01T09:00:00Z').expect(410),
      await browser.post('/book/ada').type('form').send(form).expect(410),
      await browser
        .post('/book/ada')
        .type('form')
        .send({ ...form, name: '' })
        .expect(410),
      await browser
        .post('/book/ada')
        .type('form')
        .send({ ...form, _csrf: 'old' })
        .expect(410),
    ]) {
      expect(answer.text).toContain('<h1>This practice no longer takes bookings online</h1>')
      expect(answer.text).toContain('Or write to hello@ada.example.')
    }
    expect(web.asked('offer')).toEqual([])
    const api = '/api/v1/tenants/ada'
    for (const path of ['services', `slots?service=${service.id}&from=2026-12-01&to=2026-12-01`])
      expect((await request(web.origin).get(`${api}/${path}`).expect(410)).body.type).toMatch(/\/problems\/closed$/)
    const body = { service: service.id, start: FILLED.start, client: { name: FILLED.name, email: FILLED.email } }
    const booking = request(web.origin).post(`${api}/bookings`).set('Idempotency-Key', 'k')
    await booking.send(body).expect(410)
  })

  it.each(CALENDAR_FAILURES.filter((failure) => !mayPass(failure)))(
    'says that booking is closed, and whom to ask, where trying again does not help: %s',
    async (because) => {
      const web = await startWebApp((fakes) => {
        fakes.offer = () => ({ known: false, because, retryAfterMs: undefined })
        fakes.outcome = { kind: 'unreadable', because, retryAfterMs: undefined }
      })
      const browser = web.browser()
      const details = await browser.get('/book/ada?start=2026-12-01T09:00:00Z').expect(200)
      const form = { _csrf: hidden(details.text, '_csrf'), key: hidden(details.text, 'key'), ...FILLED }
      const answers = [
        await browser.get('/book/ada').expect(503),
        await browser.get('/book/ada?day=2026-12-01').expect(503),
        await browser.post('/book/ada').type('form').send(form).expect(503),
      ]
      for (const { text } of answers) {
        expect(text).toContain('<h1>Online booking is closed at the moment</h1>')
        expect(text).toContain('please contact Ada Berg directly')
        expect(text).toContain('Or write to hello@ada.example.')
        expect(text).not.toMatch(/Try again|minute/)
      }
    },
  )
})
