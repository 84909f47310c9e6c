import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { askAgain, requestAgain } from '../support/ask-again.ts'
import { bookingsOf, overlaps } from '../support/evidence.ts'
import type { MockWorld } from '../support/mock-world.ts'
import type { Practice } from '../support/practice.ts'
import type { Answer, Process } from '../support/process.ts'
import { hoursAfter, TUESDAY_9 } from '../support/times.ts'
import { startWorld } from '../support/world.ts'

let world: MockWorld
let second: Process
beforeAll(async () => {
  world = await startWorld({ calendars: 'mock' })
  second = await world.another()
})
afterAll(() => world.close())

const statuses = (answers: readonly Answer[]): Record<number, number> => {
  const counted: Record<number, number> = {}
  for (const { status } of answers) counted[status] = (counted[status] ?? 0) + 1
  return counted
}

const storm = (practice: Practice, requests: readonly Parameters<Process['book']>[1][]): Promise<Answer[]> =>
  Promise.all(
    requests.map((request, index) => {
      const keyed = { key: randomUUID(), email: `${randomUUID()}@client.example`, ...request }
      return requestAgain(() => (index % 2 === 0 ? world.first : second).book(practice, keyed))
    }),
  )

describe('clients who want the same time, in two processes', () => {
  it('INV-1 F-78 gives one slot to exactly one of 100 clients, and tells 99 that it is taken', async () => {
    const practice = await world.practice()
    const answers = await storm(
      practice,
      Array.from({ length: 100 }, () => ({})),
    )
    expect(statuses(answers)).toEqual({ 201: 1, 409: 99 })
    expect(await bookingsOf(world.database, practice)).toHaveLength(1)
    await world.first.work()
    expect(world.calendar.events(practice.tenantId)).toHaveLength(1)
  })

  it('F-67 tells those who lost in neutral words: nothing of the winner, of a rule or of the database', async () => {
    const practice = await world.practice()
    const answers = await storm(
      practice,
      Array.from({ length: 6 }, (_, n) => ({ name: `canary-${n}`, email: `canary-${n}@client.example` })),
    )
    const lost = answers.filter(({ status }) => status === 409)
    expect(lost).toHaveLength(5)
    for (const { body, headers } of lost) {
      expect(headers.get('content-type')).toContain('application/problem+json')
      expect(body).toEqual({
        type: 'http://127.0.0.1:3999/problems/slot-taken',
        title: 'The time is taken',
        status: 409,
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      })
    }
  })

  it('INV-1 F-79 lets of overlapping times only those stand that do not overlap, and nobody meets an error', async () => {
    const practice = await world.practice()
    const requests = Array.from({ length: 48 }, (_, n) => ({ start: hoursAfter(TUESDAY_9, (n % 8) / 2) }))
    const answers = await storm(practice, requests)
    expect(new Set(Object.keys(statuses(answers)))).toEqual(new Set(['201', '409']))
    expect(await overlaps(world.database)).toBe(0)
    expect((await bookingsOf(world.database, practice)).length).toBe(statuses(answers)[201])
  })

  it('INV-1 keeps the buffers of different services apart', async () => {
    const practice = await world.practice()
    const long = await world.database.database.service.create({
      data: {
        tenantId: practice.tenantId,
        name: 'Long',
        durationMinutes: 60,
        bufferBeforeMinutes: 30,
        bufferAfterMinutes: 30,
      },
    })
    const requests = Array.from({ length: 24 }, (_, n) => ({
      start: hoursAfter(TUESDAY_9, (n % 6) / 2),
      ...(n % 3 === 0 && { service: long.id }),
    }))
    const answers = await storm(practice, requests)
    expect(statuses(answers)[201]).toBeGreaterThan(0)
    expect(await overlaps(world.database)).toBe(0)
  })

  it('F-81 a double submit, in two processes, is one booking and one answer', async () => {
    const practice = await world.practice()
    const once = { key: randomUUID(), email: 'twice@client.example' }
    const answers = await storm(
      practice,
      Array.from({ length: 10 }, () => once),
    )
    expect(statuses(answers)).toEqual({ 201: 10 })
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await bookingsOf(world.database, practice)).toHaveLength(1)
  })

  it('F-80 a slot cancelled while others ask for it goes to at most one of them', async () => {
    const practice = await world.practice()
    const made = await world.first.book(practice)
    const bookings = createBookingStore(world.database.database)
    const cancelling = askAgain(() => bookings.cancel(practice.tenantId, String(made.body.id), world.clock.now()))
    const answers = await storm(
      practice,
      Array.from({ length: 20 }, () => ({})),
    )
    expect(await cancelling).toMatchObject({ event: { status: 'REMOVING' } })
    expect(statuses(answers)[201] ?? 0).toBeLessThanOrEqual(1)
    expect(await overlaps(world.database)).toBe(0)
  })
})
