import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { type ContractPromise, draft, failureOf } from './calendar-under-test.ts'

/** A look by the key under which an event was made; see EventLookup. */
export const LOOKUP_PROMISES: readonly ContractPromise[] = [
  {
    title: 'INV-3 findEvent finds what was made under a key, and nothing else',
    async prove(calendar) {
      const provider = calendar.open()
      const [params, other] = [draft(), draft()]
      const [made] = [await provider.createEvent(params), await provider.createEvent(other)]
      expect(await provider.findEvent(params.idempotencyKey)).toBe(made.id)
      expect(await provider.findEvent(randomUUID())).toBeUndefined()
      expect(await calendar.listEvents()).toHaveLength(2)
    },
  },
  {
    title: 'F-12 findEvent finds what was made although the answer was lost',
    async prove(calendar) {
      const params = draft()
      calendar.loseAnswer('createEvent')
      await calendar
        .open()
        .createEvent(params)
        .catch(() => undefined)
      expect(await calendar.open().findEvent(params.idempotencyKey)).toBe((await calendar.listEvents())[0]?.id)
    },
  },
  {
    title: 'F-24 findEvent finds nothing once the event is removed, by us or by the therapist',
    async prove(calendar) {
      const provider = calendar.open()
      const [ours, hers] = [draft(), draft()]
      const [first, second] = [await provider.createEvent(ours), await provider.createEvent(hers)]
      await provider.deleteEvent(first.id)
      await calendar.removeExternalEvent(second.id)
      expect(await provider.findEvent(ours.idempotencyKey)).toBeUndefined()
      expect(await provider.findEvent(hers.idempotencyKey)).toBeUndefined()
    },
  },
  {
    title: 'T-34 findEvent finds an event that is a series by now',
    async prove(calendar) {
      const provider = calendar.open()
      const params = draft()
      const { id } = await provider.createEvent(params)
      await calendar.makeSeries(id, { every: 'week' })
      expect(await provider.findEvent(params.idempotencyKey)).toBe(id)
    },
  },
  {
    title: 'PR-03 findEvent needs a connection that may write',
    async prove(calendar) {
      const reader = calendar.open({ access: 'availability' })
      expect((await failureOf(reader.findEvent(randomUUID()))).reason).toBe('reconnect')
    },
  },
]
