import { expect, test } from 'vitest'
import { type Http, http } from '../../src/net/http.ts'
import { bindingOf, booking, connect, reasonOf, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()

test('every request names the application, and as the host says where it says so', async () => {
  const { connection } = await connect(fixture)
  const agents = new Set<string | undefined>()
  const watched: Http = (url, request) => {
    agents.add(request.headers['user-agent'])
    return http(url, request)
  }
  fixture.emulator.expireAccessTokens()
  const binding = bindingOf(fixture, { http: watched, userAgent: 'host/1.0 (+https://host.example)' })
  await binding.calendarFor(connection).createEvent(booking())
  expect([...agents]).toEqual(['host/1.0 (+https://host.example)'])
})

test('T-34 INV-3 the event of an application with another marker is not ours, and its key not taken', async () => {
  const { connection } = await connect(fixture)
  const ours = fixture.binding.calendarFor(connection)
  const theirs = bindingOf(fixture, { marker: 'OtherHost' }).calendarFor(connection)
  const { id } = await theirs.createEvent(booking({ idempotencyKey: '42' }))
  expect(await theirs.findEvent('42')).toBe(id)
  expect(await ours.findEvent('42')).toBeUndefined()
  expect(await reasonOf(ours.deleteEvent(id))).toBe('forbidden')
  await theirs.deleteEvent(id)
  expect(() => bindingOf(fixture, { marker: "a' or" })).toThrow(RangeError)
})
