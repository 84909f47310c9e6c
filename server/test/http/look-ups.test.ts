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

/** How often the page asks Temporal for an instant in a zone, with so many times on each of the days. */
async function lookUps(path: string, days: readonly string[], each: number): Promise<number> {
  const web = await startWebApp((fakes) => {
    fakes.offer = () => ({ known: true, checkedAt: NOW, slots: timesOf(days, each) })
  })
  const asked = vi.spyOn(Temporal.Instant, 'fromEpochMilliseconds')
  const { text } = await request(web.origin).get(path).expect(200)
  const count = asked.mock.calls.length
  asked.mockRestore()
  expect(text).toContain(path.includes('day=') ? 'Choose a time on' : `<small>${each} times</small>`)
  return count
}

it.each(['/book/ada', '/book/ada?zone=America%2FNew_York'])('the days of %s are looked up once each', async (path) => {
  const few = await lookUps(path, DAYS, 2)
  expect(await lookUps(path, DAYS, 48)).toBe(few)
  expect(few - (await lookUps(path, DAYS.slice(0, 2), 2))).toBe(2)
})

it.each(['/book/ada?day=2026-12-01', '/book/ada?day=2026-12-01&zone=America%2FNew_York'])(
  'the clocks of %s are looked up once, however many times it shows',
  async (path) => {
    expect(await lookUps(path, ['2026-12-01'], 48)).toBe(await lookUps(path, ['2026-12-01'], 1))
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
