import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import type { Practice } from '../support/practice.ts'
import type { Therapist } from '../support/therapist.ts'
import { startWorld } from '../support/world.ts'

let world: EmulatedWorld
let app: Instance
let practice: Practice
let therapist: Therapist
beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated' })
  app = await world.start()
  practice = await world.practice()
  therapist = await app.signIn(practice)
})
afterAll(() => world.close())

const NUL = '\u0000'
const TEXTS = [
  ['a U+0000', NUL],
  ['a U+0000 in an e-mail address', `a${NUL}@client.example`],
  ['controls and a line break', '\u0001\u001b[2J\u0085\r\nb: c'],
  ['half of a surrogate pair', 'a\ud800@client.example'],
  ['quotes and a comment', `'; DROP TABLE tenant; --"\\`],
] as const

/** No answer was our fault, and nobody is called to look. */
function expectCalm(statuses: readonly number[]): void {
  expect(statuses.filter((status) => status >= 500 || status === 0)).toEqual([])
  expect(world.logs.lines.filter((line) => JSON.parse(line).level === 'error')).toEqual([])
}

const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd')
const encoded = (text: string): string => encodeURIComponent(wellFormed(text))

it.each(TEXTS)('WS-15 %s in an address is never our fault', async (_what, text) => {
  const odd = encoded(text)
  const { slug, serviceId } = practice
  const slots = `/api/v1/tenants/${slug}/slots`
  const paths = [
    ...[`/book/${odd}`, `/book/${slug}${odd}`, `/api/v1/tenants/${odd}/services`, `/api/v1/tenants/${odd}/slots`],
    ...['service', 'zone', 'day', 'from', 'start', '_'].map((name) => `/book/${slug}?${name}=${odd}`),
    `/book/${slug}?service=${serviceId}&day=${odd}&zone=${odd}`,
    `${slots}?service=${odd}&from=2030-01-01&to=2030-01-01`,
    `${slots}?service=${serviceId}&from=${odd}&to=${odd}`,
    ...[`/manage/${odd}`, `/manage/${odd}/session.ics`, `/manage/${'x'.repeat(43)}?zone=${odd}`],
    ...[`/sign-in?next=${odd}`, `/appointments/${odd}/cancel`, `/appointments?outcome=${odd}`],
    ...[`/settings/calendar?outcome=${odd}&provider=${odd}`, `/settings/calendar/admin?provider=${odd}`],
    ...['microsoft', 'microsoft-admin', 'google', odd].map(
      (name) => `/settings/calendar/callback/${name}?state=${odd}&code=${odd}&error=${odd}&iss=${odd}`,
    ),
    `/${odd}`,
  ]
  await world.database.pool.query('DELETE FROM rate_limit')
  const pages = await Promise.all(paths.map((path) => therapist.browser.get(path)))
  expectCalm(pages.map(({ status }) => status))
})

it.each(TEXTS)('WS-15 %s in a form is never our fault', async (_what, text) => {
  await world.database.pool.query('DELETE FROM rate_limit')
  const stranger = app.browser()
  const statuses: number[] = []
  const post = async (browser: typeof stranger, path: string, fields: Record<string, string>) =>
    statuses.push((await browser.post(path, fields)).status)

  const signIn = (await stranger.get('/sign-in')).form('/sign-in') ?? {}
  for (const name of ['email', 'password', 'next', '_csrf'])
    await post(stranger, '/sign-in', { ...signIn, email: practice.email, password: 'wrong', [name]: text })

  const book = `/book/${practice.slug}`
  const start = '2030-01-01T10:00:00.000Z'
  const form = (await stranger.get(`${book}?service=${practice.serviceId}&start=${start}`)).form(book) ?? {}
  expect(form.start).toBe(start)
  for (const name of ['name', 'email', 'service', 'start', 'zone', 'key', '_csrf'])
    await post(stranger, book, { ...form, name: 'A client', email: 'a@client.example', [name]: text })
  await post(stranger, `/book/${encoded(text)}`, form)
  await post(stranger, `/manage/${encoded(text)}/cancel`, { _csrf: signIn._csrf ?? '' })

  const member = (await therapist.settings()).form('/sign-out') ?? {}
  const settings: Record<string, readonly string[]> = {
    connect: ['provider', 'access', 'other'],
    calendars: ['connection', 'calendar', 'tentative'],
    confirm: ['connection'],
    disconnect: ['connection'],
  }
  for (const [action, names] of Object.entries(settings))
    for (const name of names) await post(therapist.browser, `/settings/calendar/${action}`, { ...member, [name]: text })
  await post(therapist.browser, `/appointments/${encoded(text)}/cancel`, member)
  expectCalm(statuses)
})

it.each(TEXTS)('WS-15 %s in JSON or a header is never our fault', async (_what, text) => {
  const path = `/api/v1/tenants/${practice.slug}/bookings`
  const client = { name: 'A client', email: 'a@client.example' }
  const body = { service: practice.serviceId, start: nextMonday(), client }
  const bodies = [
    { ...body, service: text },
    { ...body, start: text },
    { ...body, client: { ...client, name: `A ${text}` } },
    { ...body, client: { ...client, email: text } },
    { ...body, [text]: text },
  ]
  const statuses: number[] = []
  for (const one of bodies) {
    const headers = { 'idempotency-key': randomUUID() }
    statuses.push((await app.browser().json(path, one, headers)).status)
  }
  // What HTTP itself does not carry in a header, fetch refuses to send.
  const key = [...wellFormed(text)].map((one) => (/[\t -~\u0080-\u00ff]/.test(one) ? one : '?')).join('')
  statuses.push((await app.browser().json(path, body, { 'idempotency-key': key })).status)
  expectCalm(statuses)
})

/** Noon of a Monday soon, which is on the grid. */
function nextMonday(): string {
  const day = new Date(world.clock.now().getTime() + 7 * 86_400_000)
  day.setUTCDate(day.getUTCDate() + ((8 - day.getUTCDay()) % 7))
  return `${day.toISOString().slice(0, 10)}T11:00:00.000Z`
}
