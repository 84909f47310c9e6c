import { expect, it } from 'vitest'
import { MANAGE_TOKEN, service, tenant } from '../support/fixtures.ts'
import { until } from '../support/until.ts'
import { startWebApp } from '../support/web-app.ts'

it('CL-09 a request is logged with the id of the practice whose page it asks for, and never with its address or name', async () => {
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
  await browser.get('/book/nobody').expect(404)
  await browser.get('/sign-in').expect(200)
  web.fakes.before = (what) => {
    if (what === 'offer') throw new Error('down')
  }
  await browser.get(`${api}/slots?${day}`).expect(500)

  const logged = await until(() => {
    const lines = web.fakes.log.entries.filter(({ event }) => event === 'request' || event === 'request_failed')
    return lines.length === 11 && lines
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
    ['request', '/book/:slug', undefined],
    ['request', '/sign-in', undefined],
    ['request_failed', '/api/v1/tenants/:slug/slots', tenant.id],
    ['request', '/api/v1/tenants/:slug/slots', tenant.id],
  ])
  for (const word of [tenant.slug, tenant.name]) expect(web.fakes.log.lines.join('')).not.toContain(`"${word}"`)
})
