import { expect, it } from 'vitest'
import { ClientLeft } from '../../src/http/client-left.ts'
import { createOfferSlots } from '../../src/services/offer-slots.ts'
import { NOW, service, tenant } from '../support/fixtures.ts'

/** What was asked until the client left, during the question named. */
async function askedUntil(leavesDuring: string) {
  const leaving = new AbortController()
  const asked: string[] = []
  const answer = async <T>(what: string, value: T): Promise<T> => {
    asked.push(what)
    if (what === leavesDuring) leaving.abort(new ClientLeft())
    return value
  }
  const free = { known: true, busy: [], checkedAt: NOW, check: 'FRESH', connectionIds: [] } as const
  const offerSlots = createOfferSlots({
    tenants: { workingHours: () => answer('hours', [{ weekday: 2, startMinute: 540, endMinute: 1020 }]) },
    bookings: { blocked: () => answer('bookings', []) },
    freeBusy: { forSlots: () => answer('calendar', free), forConfirmation: () => answer('calendar', free) },
    clock: { now: () => NOW },
  })
  const days = { firstDay: '2026-12-01', lastDay: '2026-12-02' }
  const offer = await offerSlots.offer({ tenant, service, ...days, signal: leaving.signal }).catch((error) => error)
  return { asked, offer }
}

it.each([
  ['before the calendar is asked', 'hours', ['hours']],
  ['before bookings are read', 'calendar', ['hours', 'calendar']],
])('T-36 a client who leaves %s ends the search', async (_when, during, expected) => {
  const { asked, offer } = await askedUntil(during)
  expect(asked).toEqual(expected)
  expect(offer).toBeInstanceOf(ClientLeft)
})

it('a client who stays is answered', async () => {
  const { asked, offer } = await askedUntil('nothing')
  expect(asked).toEqual(['hours', 'calendar', 'bookings'])
  expect(offer).toMatchObject({ known: true })
})
