import { expect, it } from 'vitest'
import { bookingOf, MANAGE_TOKEN, PASSWORD_TOKEN, service, tenant } from '../support/fixtures.ts'
import { until } from '../support/until.ts'
import { hidden, signIn, startWebApp } from '../support/web-app.ts'

it('CL-09 a request is logged with the id of the practice whose page or link it asks for, or whose user signs in, and never with its address or name', async () => {
  const web = await startWebApp()
  const browser = web.browser()
  const day = new URLSearchParams({ service: service.id, from: '2026-12-01', to: '2026-12-01' })
  const api = `/api/v1/tenants/${tenant.slug}`
  for (const path of [
    `/book/${tenant.slug}`,
    `/manage/${MANAGE_TOKEN}`,
    `/manage/${MANAGE_TOKEN}/session.ics`,
    `${api}/services`,
    `${api}/slots?${day}`,
  ])
    await browser.get(path).expect(200)
  await browser.post(`/book/${tenant.slug}`).type('form').send({}).expect(422)
  const booking = {
    service: service.id,
    start: '2026-12-01T11:00:00Z',
    client: { name: 'Mo', email: 'mo@client.example' },
  }
  await browser.post(`${api}/bookings`).set('idempotency-key', 'one').send(booking).expect(201)
  const { text } = await browser.get(`/manage/${MANAGE_TOKEN}`).expect(200)
  const cancel = { _csrf: hidden(text, '_csrf') }
  const cancelling = () => browser.post(`/manage/${MANAGE_TOKEN}/cancel`).type('form').send(cancel)
  await cancelling().expect(303)
  await browser.get(`/set-password/${PASSWORD_TOKEN}`).expect(200)
  await browser.get('/book/nobody').expect(404)
  await signIn(web.browser())
  web.fakes.before = (what) => {
    if (what === 'offer') throw new Error('down')
  }
  await browser.get(`${api}/slots?${day}`).expect(500)
  web.fakes.before = (what) => {
    if (what === 'cancel') throw new Error('down')
  }
  await cancelling().expect(500)
  web.fakes.before = () => {}
  web.fakes.found = { booking: bookingOf({ status: 'CANCELLED' }), tenant, cancellable: false }
  await browser.get(`/manage/${MANAGE_TOKEN}/session.ics`).expect(404)

  const logged = await until(() => {
    const lines = web.fakes.log.entries.filter(({ event }) => event === 'request' || event === 'request_failed')
    return lines.length === 18 && lines
  })
  const about = logged.map(({ event, fields }) => [event, fields.route, fields.tenantId])
  expect(about).toEqual([
    ['request', '/book/:slug', tenant.id],
    ['request', '/manage/:token', tenant.id],
    ['request', '/manage/:token/session.ics', tenant.id],
    ['request', '/api/v1/tenants/:slug/services', tenant.id],
    ['request', '/api/v1/tenants/:slug/slots', tenant.id],
    ['request', '/book/:slug', tenant.id],
    ['request', '/api/v1/tenants/:slug/bookings', tenant.id],
    ['request', '/manage/:token', tenant.id],
    ['request', '/manage/:token/cancel', tenant.id],
    ['request', '/set-password/:token', tenant.id],
    ['request', '/book/:slug', undefined],
    ['request', '/sign-in', undefined],
    ['request', '/sign-in', tenant.id],
    ['request_failed', '/api/v1/tenants/:slug/slots', tenant.id],
    ['request', '/api/v1/tenants/:slug/slots', tenant.id],
    ['request_failed', '/manage/:token/cancel', tenant.id],
    ['request', '/manage/:token/cancel', tenant.id],
    ['request', '/manage/:token/session.ics', tenant.id],
  ])
  for (const word of [tenant.slug, tenant.name]) expect(web.fakes.log.lines.join('')).not.toContain(`"${word}"`)
})
