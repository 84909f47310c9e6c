import { describe, expect, test } from 'vitest'
import { bindingOf, connect, JANUARY, signInRequest, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator, clock } = fixture
const HOUR = 60 * 60_000

const scopeOf = (url: URL) => url.searchParams.get('scope')?.split(' ') ?? []
const asked = () => emulator.journal.of('token').map(({ requestBody }) => (requestBody as { scope: string }).scope)

describe.each(['availability', 'bookings'] as const)('a connection for %s', (access) => {
  test.each([
    ['Calendars.ReadBasic', 'Calendars.Read'],
    ['Calendars.Read', 'Calendars.ReadBasic'],
  ] as const)('made under %s outlives the change to %s', async (before, after) => {
    const old = { ...fixture, binding: bindingOf(fixture, {}, { readScope: before }) }
    const { connection } = await connect(old, { access })
    const changed = bindingOf(fixture, {}, { readScope: after })
    emulator.journal.clear()
    for (const _ of ['the first hours', 'the next']) {
      clock.advance(2 * HOUR)
      await changed.calendarFor(connection).getFreeBusy(JANUARY)
      await changed.connector.keepAlive(connection)
    }
    expect(asked().filter((scope) => scope.split(' ').includes(after))).toEqual([])
    expect(asked()).toHaveLength(4)
    const next = await changed.connector.authorize(signInRequest(access).request)
    expect(scopeOf(next.url)).toContain(after)
    expect(scopeOf(next.url)).not.toContain(before)
  })
})
