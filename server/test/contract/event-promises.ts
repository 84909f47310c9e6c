import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { at, busyOf, type ContractPromise, draft, FAILURES, type Failure, failureOf } from './calendar-under-test.ts'

const MODES = (Object.keys(FAILURES) as Failure[]).filter((failure) => failure !== 'garbled')

const failing = MODES.flatMap((failure): ContractPromise[] => [
  {
    title: `createEvent rejects with ${FAILURES[failure]} when the provider is ${failure.replace('_', ' ')}, and writes nothing`,
    async prove(calendar) {
      calendar.fail('createEvent', failure)
      expect((await failureOf(calendar.open().createEvent(draft()))).reason).toBe(FAILURES[failure])
      calendar.recover()
      expect(await calendar.listEvents()).toEqual([])
    },
  },
  {
    title: `deleteEvent rejects with ${FAILURES[failure]} when the provider is ${failure.replace('_', ' ')}, and the event stays`,
    async prove(calendar) {
      const { id } = await calendar.open().createEvent(draft())
      calendar.fail('deleteEvent', failure)
      expect((await failureOf(calendar.open().deleteEvent(id))).reason).toBe(FAILURES[failure])
      calendar.recover()
      expect(await calendar.listEvents()).toHaveLength(1)
    },
  },
])

export const EVENT_PROMISES: readonly ContractPromise[] = [
  {
    title: 'PR-10 createEvent writes one private, busy event with the given words and nobody invited',
    async prove(calendar) {
      const params = draft({ description: 'Booked online' })
      const { id, start, end } = await calendar.open().createEvent(params)
      expect([start, end]).toEqual([params.start, params.end])
      expect(await calendar.listEvents()).toEqual([
        {
          id,
          start: params.start,
          end: params.end,
          title: 'Appointment',
          description: 'Booked online',
          isPrivate: true,
          isBusy: true,
          guests: [],
          calendarId: calendar.calendarIds[0],
        },
      ])
    },
  },
  {
    title: 'a client is invited only when given',
    async prove(calendar) {
      await calendar.open().createEvent(draft({ attendee: { name: 'Ada', email: 'ada@client.example' } }))
      expect((await calendar.listEvents())[0]?.guests).toEqual(['ada@client.example'])
    },
  },
  {
    title: 'INV-3 said twice with one key, it makes one event and answers it both times',
    async prove(calendar) {
      const params = draft()
      const first = await calendar.open().createEvent(params)
      expect(await calendar.open().createEvent(params)).toEqual(first)
      expect(await calendar.listEvents()).toHaveLength(1)
    },
  },
  {
    title: 'INV-3 said many times at once with one key, it makes one event and answers it every time',
    async prove(calendar) {
      const params = draft()
      const answers = await Promise.all(Array.from({ length: 8 }, () => calendar.open().createEvent(params)))
      expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
      expect(await calendar.listEvents()).toHaveLength(1)
    },
  },
  {
    title: 'two keys make two events, even at the same time of day',
    async prove(calendar) {
      const [first, second] = [await calendar.open().createEvent(draft()), await calendar.open().createEvent(draft())]
      expect(first.id).not.toBe(second.id)
      expect(await calendar.listEvents()).toHaveLength(2)
    },
  },
  {
    title: 'INV-3 a key may be any text: each makes one event of its own, and finds it again',
    async prove(calendar) {
      const provider = calendar.open()
      const keys = [
        'cmwy1htqh000akw7da7ziywfn',
        'V1StGXR8_Z5jdHi6B-myT',
        'v1stgxr8_z5jdhi6b-myt',
        'O’Brien, 7/2 & "50%"',
      ]
      for (const idempotencyKey of [...keys, 'x'.repeat(5000)]) {
        const first = await provider.createEvent(draft({ idempotencyKey }))
        expect(await provider.createEvent(draft({ idempotencyKey }))).toEqual(first)
        expect(await provider.findEvent(idempotencyKey)).toBe(first.id)
      }
      expect(await calendar.listEvents()).toHaveLength(keys.length + 1)
      expect((await failureOf(provider.createEvent(draft({ idempotencyKey: '' })))).reason).toBe('misconfigured')
      expect(await calendar.listEvents()).toHaveLength(keys.length + 1)
    },
  },
  {
    title: 'F-12 an answer that was lost leaves one event: said again, it finds what was made',
    async prove(calendar) {
      const params = draft()
      calendar.loseAnswer('createEvent')
      const first = await calendar
        .open()
        .createEvent(params)
        .catch(() => undefined)
      const second = await calendar.open().createEvent(params)
      if (first !== undefined) expect(first).toEqual(second)
      expect(await calendar.listEvents()).toHaveLength(1)
    },
  },
  {
    title: 'createEvent that failed is made when it is said again',
    async prove(calendar) {
      const params = draft()
      calendar.fail('createEvent', 'unavailable')
      await failureOf(calendar.open().createEvent(params))
      calendar.recover()
      await calendar.open().createEvent(params)
      expect(await calendar.listEvents()).toHaveLength(1)
    },
  },
  {
    title: 'F-74 each of the two instants that one wall-clock hour names keeps its own event',
    async prove(calendar) {
      // 01:30 in New York, before and after the clocks go back.
      for (const hour of ['05', '06']) {
        const [start, end] = [at(`${hour}:30`, '2027-11-07'), at(`${hour}:55`, '2027-11-07')]
        const made = await calendar.open().createEvent(draft({ start, end, timeZone: 'America/New_York' }))
        expect([made.start, made.end]).toEqual([start, end])
      }
      const busy = await busyOf(calendar.open(), at('00:00', '2027-11-07'), at('12:00', '2027-11-07'))
      expect(busy).toEqual(['11-07T05:30/11-07T05:55', '11-07T06:30/11-07T06:55'])
    },
  },
  {
    title: 'an event without length is refused',
    async prove(calendar) {
      const failure = await failureOf(calendar.open().createEvent(draft({ end: at('10:00') })))
      expect(failure.reason).toBe('misconfigured')
    },
  },
  {
    title: 'an online meeting brings its link, and without being asked for there is none',
    async prove(calendar) {
      const online = await calendar.open().createEvent(draft({ onlineMeeting: true }))
      expect(online.joinUrl).toMatch(/^https:\/\//)
      expect((await calendar.open().createEvent(draft())).joinUrl).toBeUndefined()
    },
  },
  {
    title: 'where the account has no online meetings, the event is written without a link',
    async prove(calendar) {
      calendar.withoutOnlineMeetings()
      const { joinUrl } = await calendar.open().createEvent(draft({ onlineMeeting: true }))
      expect(joinUrl).toBeUndefined()
      expect(await calendar.listEvents()).toHaveLength(1)
    },
  },
  {
    title: 'deleteEvent removes the event, and one that is already gone counts as removed',
    async prove(calendar) {
      const provider = calendar.open()
      const { id } = await provider.createEvent(draft())
      await provider.deleteEvent(id)
      expect(await calendar.listEvents()).toEqual([])
      expect(await busyOf(provider)).toEqual([])
      await provider.deleteEvent(id)
    },
  },
  {
    title: 'F-18 an event that the therapist removed herself counts as removed',
    async prove(calendar) {
      const { id } = await calendar.open().createEvent(draft())
      await calendar.removeExternalEvent(id)
      await calendar.open().deleteEvent(id)
    },
  },
  {
    title: 'a deletion whose answer was lost counts as done when it is said again',
    async prove(calendar) {
      const { id } = await calendar.open().createEvent(draft())
      calendar.loseAnswer('deleteEvent')
      await calendar
        .open()
        .deleteEvent(id)
        .catch(() => undefined)
      await calendar.open().deleteEvent(id)
      expect(await calendar.listEvents()).toEqual([])
    },
  },
  {
    title: 'T-34 an event that was not made here is left alone: forbidden',
    async prove(calendar) {
      const id = await calendar.addExternalEvent({ from: at('08:00'), to: at('09:00') })
      expect((await failureOf(calendar.open().deleteEvent(id))).reason).toBe('forbidden')
      expect(await calendar.listEvents()).toHaveLength(1)
    },
  },
  {
    title: 'PR-03 a connection that may only read writes and deletes nothing',
    async prove(calendar) {
      const { id } = await calendar.open().createEvent(draft())
      const reader = calendar.open({ access: 'availability' })
      expect((await failureOf(reader.createEvent(draft()))).reason).toBe('reconnect')
      expect((await failureOf(reader.deleteEvent(id))).reason).toBe('reconnect')
      expect(await calendar.listEvents()).toHaveLength(1)
    },
  },
  ...failing,
  {
    title: 'createEvent ends when its caller leaves, and said again it still makes one event',
    async prove(calendar) {
      const params = draft({ idempotencyKey: randomUUID() })
      const left = calendar.open().createEvent({ ...params, signal: AbortSignal.abort() })
      expect((await failureOf(left)).reason).toBe('timeout')
      const caller = new AbortController()
      const reached = calendar.hang('createEvent')
      const failure = failureOf(calendar.open().createEvent({ ...draft(), signal: caller.signal }))
      await reached
      caller.abort()
      expect((await failure).reason).toBe('timeout')
      await calendar.open().createEvent(params)
      expect(await calendar.listEvents()).toHaveLength(1)
    },
  },
]
