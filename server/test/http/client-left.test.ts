import http from 'node:http'
import request from 'supertest'
import { expect, it } from 'vitest'
import { NOW, service } from '../support/fixtures.ts'
import { openSite } from '../support/site.ts'
import { until } from '../support/until.ts'

const PAGES = ['/book/ada', '/book/ada?day=2026-12-01']
const SLOTS = `/api/v1/tenants/ada/slots?service=${service.id}&from=2026-12-01&to=2026-12-01`

it.each([...PAGES, SLOTS].flatMap((path) => ['limit', 'tenant', 'services', 'offer'].map((during) => [path, during])))(
  'T-36 asks nothing further for %s when its client leaves during the look at %s',
  async (path, during) => {
    const site = await openSite((scene) => {
      scene.offer = () => ({ known: true, checkedAt: NOW, slots: [] })
    })
    const client = http.get(`${site.origin}${path}`)
    client.on('error', () => {})
    const gone = () => site.scene.log.entries.some(({ event, fields }) => event === 'request' && fields.status === 499)
    let answered = false
    site.scene.before = async (what) => {
      if (what !== during || answered) return
      answered = true
      client.destroy()
      await until(gone)
    }
    await until(() => answered && gone())
    // Whatever would have followed has long run when another client is answered.
    await request(site.origin).get('/healthz').expect(200)
    expect(site.scene.asked.at(-1)?.what).toBe(during)
    expect(site.scene.log.entries.map(({ event }) => event)).toEqual(['request', 'request'])
  },
)

it('a client who waits is answered, whatever she closes afterwards', async () => {
  const site = await openSite()
  await request(site.origin)
    .get(PAGES[0] ?? '')
    .expect(200)
  expect(site.asked('offer')).toHaveLength(1)
})
