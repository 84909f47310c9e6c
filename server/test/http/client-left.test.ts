import http from 'node:http'
import request from 'supertest'
import { expect, it } from 'vitest'
import { NOW, service } from '../support/fixtures.ts'
import { until } from '../support/until.ts'
import { startWebApp } from '../support/web-app.ts'

const PAGES = ['/book/ada', '/book/ada?day=2026-12-01']
const SLOTS = `/api/v1/tenants/ada/slots?service=${service.id}&from=2026-12-01&to=2026-12-01`

it.each([...PAGES, SLOTS].flatMap((path) => ['snapshot', 'offer'].map((during) => [path, during])))(
  'T-36 asks nothing further for %s when its client leaves during the look at %s',
  async (path, during) => {
    const web = await startWebApp((fakes) => {
      fakes.offer = () => ({ known: true, checkedAt: NOW, slots: [] })
    })
    const client = http.get(`${web.origin}${path}`)
    client.on('error', () => {})
    const gone = () => web.fakes.log.entries.some(({ event, fields }) => event === 'request' && fields.status === 499)
    let answered = false
    web.fakes.before = async (what) => {
      if (what !== during || answered) return
      answered = true
      client.destroy()
      await until(gone)
    }
    await until(() => answered && gone())
    // Whatever would have followed has long run when another client is answered.
    await request(web.origin).get('/healthz').expect(200)
    expect(web.fakes.asked.at(-1)?.what).toBe(during)
    expect(web.fakes.log.entries.map(({ event }) => event)).toEqual(['request'])
  },
)

it('a client who waits is answered, whatever she closes afterwards', async () => {
  const web = await startWebApp()
  await request(web.origin)
    .get(PAGES[0] ?? '')
    .expect(200)
  expect(web.asked('offer')).toHaveLength(1)
})
