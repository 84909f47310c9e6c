import { expect, it } from 'vitest'
import { DAY_MS } from '../../src/domain/durations.ts'
import { contains } from '../../src/domain/interval.ts'
import { dayInterval, dayOf } from '../../src/domain/zoned-time.ts'
import { ClientLeft } from '../../src/http/client-left.ts'
import { createOfferSlots, windowAround, windowsOf } from '../../src/services/offer-slots.ts'
import { snapshot as anySnapshot, NOW, service } from '../support/fixtures.ts'

/** What was asked until the client left, during the question named. */
async function askedUntil(leavesDuring: string, snapshot = anySnapshot) {
  const leaving = new AbortController()
  if (leavesDuring === 'before') leaving.abort(new ClientLeft())
  const asked: string[] = []
  const answer = async <T>(what: string, value: T): Promise<T> => {
    asked.push(what)
    if (what === leavesDuring) leaving.abort(new ClientLeft())
    return value
  }
  const free = { known: true, busy: [], checkedAt: NOW, check: 'FRESH', connectionIds: [] } as const
  const offerSlots = createOfferSlots({
    bookings: { blocked: () => answer('bookings', []) },
    freeBusy: { forSlots: () => answer('calendar', free), forConfirmation: () => answer('calendar', free) },
    clock: { now: () => NOW },
  })
  const days = { firstDay: '2026-12-01', lastDay: '2026-12-02' }
  const offer = await offerSlots.offer({ snapshot, service, ...days, signal: leaving.signal }).catch((error) => error)
  return { asked, offer }
}

it.each([
  ['before the calendar is asked', 'before', []],
  ['before bookings are read', 'calendar', ['calendar']],
])('T-36 a client who leaves %s ends the search', async (_when, during, expected) => {
  const { asked, offer } = await askedUntil(during)
  expect(asked).toEqual(expected)
  expect(offer).toBeInstanceOf(ClientLeft)
})

it('a client who stays is answered', async () => {
  const { asked, offer } = await askedUntil('nothing')
  expect(asked).toEqual(['calendar', 'bookings'])
  expect(offer).toMatchObject({ known: true })
})

it('what a snapshot knows is not asked for, as far as it reaches', async () => {
  const window = windowAround('2026-12-01', '2026-12-02')
  const blocked = [{ start: new Date('2026-12-01T00:00:00Z'), end: new Date('2026-12-02T00:00:00Z') }]
  const { asked, offer } = await askedUntil('nothing', { ...anySnapshot, window, blocked })
  expect(asked).toEqual(['calendar'])
  expect(offer).toMatchObject({ known: true, slots: [] })
  const narrow = { ...window, end: new Date(window.end.getTime() - 3 * DAY_MS - 1) }
  expect((await askedUntil('nothing', { ...anySnapshot, window: narrow, blocked })).asked).toEqual([
    'calendar',
    'bookings',
  ])
})

it('a window around days holds them, and one more on each side, in every zone', () => {
  const { start, end } = windowAround('2026-12-01', '2026-12-02')
  for (const zone of ['Etc/GMT+12', 'Pacific/Kiritimati', 'UTC'])
    for (const own of ['Etc/GMT+12', 'Pacific/Kiritimati', 'UTC']) {
      const days = { start: dayInterval('2026-12-01', zone).start, end: dayInterval('2026-12-02', zone).end }
      const [first, last] = [dayOf(days.start, own), dayOf(new Date(days.end.getTime() - 1), own)]
      const { around } = windowsOf({ first, last }, own)
      expect(contains({ start, end }, around), `${zone} ${own}`).toBe(true)
    }
})
