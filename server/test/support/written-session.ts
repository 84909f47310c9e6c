import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { EmulatedWorld, Instance } from './emulated-world.ts'
import { bookingsOf } from './evidence.ts'
import { until } from './until.ts'

const DAY = 86_400_000

export type Provider = 'microsoft' | 'google'

/** Google's emulated account. */
export const IRIS = 'iris@practice.example'

/** A therapist with a connected account; she has one session, which is in her calendar, too. */
export async function writtenSession(
  world: EmulatedWorld,
  app: Instance,
  provider: Provider,
  kind: 'work' | 'personal' = 'work',
) {
  const practice = await world.practice()
  const account = world.microsoft.addAccount({ kind, address: `${randomUUID()}@praxis.example` })
  const therapist = await app.signIn(practice)
  const connect = () =>
    provider === 'microsoft'
      ? therapist.connectMicrosoft(world.microsoft, account)
      : therapist.connectGoogle(world.google)
  expect(await connect()).toMatch(/connected/)
  const path = `/api/v1/tenants/${practice.slug}`
  const day = (after: number) => new Date(world.clock.now().getTime() + after * DAY).toISOString().slice(0, 10)
  const offer = await app.browser().json(`${path}/slots?service=${practice.serviceId}&from=${day(2)}&to=${day(9)}`)
  const { slots } = offer.body as { slots: { start: string }[] }
  const client = { name: 'Mo Okafor', email: 'mo@client.example' }
  /** Books the slot of this number; the booking's id. */
  const book = async (at: number): Promise<string> => {
    const wish = { service: practice.serviceId, start: slots[at]?.start, client }
    const answer = await app.browser().json(`${path}/bookings`, wish, { 'idempotency-key': randomUUID() })
    expect(answer.status).toBe(201)
    return String((answer.body as { id: string }).id)
  }
  const id = await book(0)
  const row = async () => (await bookingsOf(world.database, practice))[0]
  await until(async () => (await row())?.event_status === 'WRITTEN')
  const eventId = String((await row())?.event_id)

  return {
    id,
    book,
    /** What a client reads who is asked for her name and address. */
    details: async () => {
      const step = new URLSearchParams({ service: practice.serviceId, start: String(slots[9]?.start) })
      return (await app.browser().get(`/book/${practice.slug}?${step}`)).text
    },
    practice,
    account,
    eventId,
    begins: String(slots[0]?.start),
    therapist,
    connect,
    row,
    /** Whether the entry stands in her calendar. */
    stands: () =>
      provider === 'microsoft'
        ? world.microsoft.event(account, eventId) !== undefined
        : [...world.google.account(IRIS).calendars.values()].some(
            ({ events }) => events.get(eventId)?.status === 'confirmed',
          ),
    async cancel() {
      const page = await therapist.browser.get(`/appointments/${id}/cancel`)
      expect((await therapist.browser.submit(page, `/appointments/${id}/cancel`, {})).status).toBe(303)
    },
    status: (wanted: string) => until(async () => (await row())?.event_status === wanted),
    page: async () => (await therapist.browser.get('/appointments')).text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' '),
    /** Presses one of the buttons beside the entry. */
    async say(word: string) {
      const path = `/appointments/${id}/event/${word}`
      return therapist.browser.submit(await therapist.browser.get('/appointments'), path, {})
    },
  }
}
