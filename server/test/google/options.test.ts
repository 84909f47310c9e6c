import { afterAll, expect, it } from 'vitest'
import { draft, failureOf } from '../contract/calendar-under-test.ts'
import { connect, startGoogle } from '../support/google-account.ts'

const agents = new Set<string | null>()
const watched: typeof fetch = (input, init) => {
  agents.add(new Headers(init?.headers).get('user-agent'))
  return fetch(input, init)
}
const fixture = await startGoogle({ fetch: watched, userAgent: 'host/1.0 (+https://host.example)' })
afterAll(() => fixture.close())

it('every request names the application as the host says', async () => {
  const calendar = fixture.binding.calendarFor(await connect(fixture))
  await calendar.createEvent(draft())
  expect([...agents]).toEqual(['host/1.0 (+https://host.example)'])
})

it('T-34 the event of an application with another marker is not ours', async () => {
  const connection = await connect(fixture)
  const ours = fixture.binding.calendarFor(connection)
  const theirs = fixture.another({ marker: 'OtherHost' }).calendarFor(connection)
  const { id } = await theirs.createEvent(draft({ idempotencyKey: '42' }))
  expect(await theirs.findEvent('42')).toBe(id)
  expect(await ours.findEvent('42')).toBeUndefined()
  expect((await failureOf(ours.deleteEvent(id))).reason).toBe('forbidden')
  await theirs.deleteEvent(id)
  expect(() => fixture.another({ marker: 'a,b' })).toThrow(RangeError)
})
