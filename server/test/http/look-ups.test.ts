import request from 'supertest'
import { Temporal } from 'temporal-polyfill'
import { afterEach, expect, it, vi } from 'vitest'
import { NOW, slot } from '../support/fixtures.ts'
import { cookiesOf, hidden, startWebApp } from '../support/web-app.ts'

afterEach(() => void vi.restoreAllMocks())

/** Times of these days, so many of each. */
const timesOf = (days: readonly string[], each: number) =>
  days.flatMap((day) =>
    Array.from({ length: each }, (_, index) => {
      const start = new Date(Date.parse(`${day}T08:00:00Z`) + index * 600_000)
      return slot(start.toISOString(), 10)
    }),
  )

const DAYS = ['2026-12-01', '2026-12-02', '2026-12-08', '2026-12-11']

/** How often the page asks Temporal, with so many times on each of the days. */
async function lookUps(path: string, days: readonly string[], each: number): Promise<number> {
  const web = await startWebApp((fakes) => {
    fakes.offer = () => ({ known: true, checkedAt: NOW, slots: timesOf(days, each) })
  })
  const spies = [vi.spyOn(Temporal.Instant, 'fromEpochMilliseconds'), vi.spyOn(Temporal.PlainDate, 'from')]
  const { text } = await request(web.origin).get(path).expect(200)
  const count = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0)
  for (const spy of spies) spy.mockRestore()
  expect(text).toContain(path.includes('day=') ? 'Choose a time on' : `<small>${each} times</small>`)
  return count
}

const inZone = (path: string): string[] =>
  ['', `${path.includes('?') ? '&' : '?'}zone=America%2FNew_York`].map((zone) => path + zone)

it.each([...inZone('/book/ada'), ...inZone('/book/ada?day=2026-12-01')])(
  'the days of %s are looked up once, however many times it shows and however often it is asked for',
  async (path) => {
    const days = path.includes('day=') ? ['2026-12-01'] : DAYS
    await lookUps(path, days, 2)
    // Whether there is such a zone is asked each time.
    expect(await lookUps(path, days, 48)).toBe(path.includes('zone=') ? 1 : 0)
  },
)

it('the clocks of other times are looked up once for a day', async () => {
  const counts: number[] = []
  for (const each of [1, 6]) {
    const web = await startWebApp((fakes) => {
      fakes.outcome = { kind: 'taken' }
      fakes.offer = () => ({ known: true, checkedAt: NOW, slots: timesOf(['2026-12-01'], each) })
    })
    const details = await request(web.origin).get('/book/ada?start=2026-12-01T08:00:00.000Z').expect(200)
    const field = (name: string): string => hidden(details.text, name)
    const form = { _csrf: field('_csrf'), key: field('key'), service: field('service'), start: field('start') }
    const asked = vi.spyOn(Temporal.Instant, 'fromEpochMilliseconds')
    await request(web.origin)
      .post('/book/ada')
      .set(
        'cookie',
        cookiesOf(details)
          .map((one) => one.split(';')[0])
          .join('; '),
      )
      .type('form')
      .send({ ...form, name: 'Mo', email: 'mo@client.example' })
      .expect(409)
    counts.push(asked.mock.calls.length)
    asked.mockRestore()
  }
  expect(counts[1]).toBe(counts[0])
})
