import { expect, it } from 'vitest'
import { book, slots, startApp } from './support.ts'

const { world, app } = await startApp()

it('WS-14 a form of more than 16 KiB, or of more than 200 fields, is 413 and does nothing', async () => {
  const therapist = await app.signIn(await world.practice())
  const { starts } = await slots(world, app, therapist.practice)
  const { manageUrl } = await book(app, therapist.practice, starts[0] ?? '')
  const manage = new URL(manageUrl).pathname
  const client = app.browser()
  const { email, password } = therapist.practice
  const forms = [
    [client, '/sign-in', '/sign-in', { email, password }],
    [client, manage, `${manage}/cancel`, {}],
    [
      therapist.browser,
      '/settings/calendar',
      '/settings/calendar/connect',
      { provider: 'microsoft', access: 'bookings' },
    ],
    [therapist.browser, '/settings/calendar', '/sign-out', {}],
  ] as const
  const long = { more: 'x'.repeat(17_000) }
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`more${n}`, 'x']))
  for (const [browser, from, path, fields] of forms) {
    const page = await browser.get(from)
    for (const more of [long, many])
      expect((await browser.submit(page, path, { ...fields, ...more })).status, path).toBe(413)
  }
  expect((await therapist.settings()).status).toBe(200)
  expect((await client.get('/settings/calendar')).status).toBe(401)
  expect((await client.get(manage)).text).toContain('Cancel')
})
