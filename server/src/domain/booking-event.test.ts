import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterEnding, EVENTS_LEFT } from './account-ending.ts'
import {
  afterCancelling,
  afterFailedReconcile,
  afterWord,
  changedBy,
  EVENT_CAUSES,
  EVENT_STATUSES,
  type EventCause,
  type EventStatus,
  firstStatus,
  isInOutbox,
  type KnownEvent,
  mayFollow,
  statusesBefore,
  waitAfterFailure,
  withoutCalendar,
} from './booking-event.ts'

/** Every legal move, written down once more, as `from to cause`. */
const MOVES = new Set([
  'NOT_WANTED REMOVING cancel',
  'PENDING PENDING reconcile',
  'PENDING WRITTEN reconcile',
  'PENDING PENDING disconnect',
  'PENDING PENDING therapist',
  'PENDING NOT_WANTED reconcile',
  'PENDING NOT_WANTED disconnect',
  'PENDING NOT_WANTED therapist',
  'PENDING REMOVING cancel',
  'WRITTEN REMOVING cancel',
  'WRITTEN PENDING disconnect',
  'WRITTEN PENDING therapist',
  'WRITTEN NOT_WANTED disconnect',
  'REMOVING REMOVING reconcile',
  'REMOVING REMOVED reconcile',
  'REMOVING REMOVED disconnect',
  'REMOVING FAILED reconcile',
  'REMOVING REMOVING disconnect',
  'REMOVING REMOVING therapist',
  'REMOVING REMOVED therapist',
  'FAILED PENDING therapist',
  'FAILED NOT_WANTED therapist',
  'FAILED REMOVING cancel',
  'FAILED REMOVING therapist',
  'FAILED REMOVED cancel',
  'FAILED REMOVED therapist',
])

const pairs = EVENT_STATUSES.flatMap((from) => EVENT_STATUSES.map((to) => [from, to] as const))
const KNOWN = [
  { id: undefined, connectionId: undefined },
  { id: undefined, connectionId: 'c' },
  { id: 'e', connectionId: 'c' },
  { id: 'e', connectionId: undefined },
]
const never = { id: undefined, connectionId: undefined }
const begun = { id: undefined, connectionId: 'c' }

describe('the moves of an event', () => {
  it.each(pairs)('from %s to %s are those of the table', (from, to) => {
    for (const cause of EVENT_CAUSES)
      expect(mayFollow(from, to, cause), cause).toBe(MOVES.has(`${from} ${to} ${cause}`))
  })

  it('are found from their end, and one that no cause leads to is a mistake of ours', () => {
    for (const to of EVENT_STATUSES)
      for (const cause of EVENT_CAUSES) {
        const before = EVENT_STATUSES.filter((from) => MOVES.has(`${from} ${to} ${cause}`))
        if (before.length > 0) expect(statusesBefore(to, cause)).toEqual(before)
        else expect(() => statusesBefore(to, cause)).toThrow(new RangeError(`no event becomes ${to} by ${cause}`))
      }
  })

  it('change by reconciling and disconnecting what is in the outbox, and nothing else', () => {
    expect(EVENT_STATUSES.filter(isInOutbox)).toEqual(['PENDING', 'REMOVING'])
    expect(changedBy('reconcile')).toEqual(['PENDING', 'REMOVING'])
    expect(changedBy('disconnect')).toEqual(['PENDING', 'WRITTEN', 'REMOVING'])
    expect(changedBy('therapist')).toEqual(['PENDING', 'WRITTEN', 'REMOVING', 'FAILED'])
    expect(changedBy('cancel')).toEqual(['NOT_WANTED', 'PENDING', 'WRITTEN', 'FAILED'])
  })
})

describe('what an event becomes', () => {
  it('begins in the outbox where it is wanted', () => {
    expect([firstStatus(true), firstStatus(false)]).toEqual(['PENDING', 'NOT_WANTED'])
  })

  it.each([
    ['NOT_WANTED', 'NOT_WANTED', 'REMOVING'],
    ['PENDING', 'REMOVING', 'REMOVING'],
    ['WRITTEN', 'REMOVING', 'REMOVING'],
    ['REMOVING', 'REMOVING', 'REMOVING'],
    ['REMOVED', 'REMOVED', 'REMOVED'],
    ['FAILED', 'REMOVED', 'REMOVING'],
  ] as const)(
    'F-24 when its booking, %s, is cancelled: %s, and %s once a write has begun',
    (status, untouched, after) => {
      for (const known of KNOWN)
        expect(afterCancelling({ status, ...known })).toBe((known.id ?? known.connectionId) ? after : untouched)
    },
  )

  it('F-85 when there is no calendar to write to', () => {
    expect(withoutCalendar({ status: 'PENDING', ...begun })).toEqual({ status: 'NOT_WANTED' })
    expect(withoutCalendar({ status: 'REMOVING', ...never })).toEqual({ status: 'REMOVED' })
    for (const known of KNOWN.slice(1))
      expect(withoutCalendar({ status: 'REMOVING', ...known })).toEqual({ status: 'REMOVING', failure: 'reconnect' })
  })
})

describe('what a failed reconcile comes to', () => {
  const comesTo = (failure: Parameters<typeof afterFailedReconcile>[1], id?: string) =>
    afterFailedReconcile({ status: 'REMOVING', id, connectionId: 'c' }, failure)

  it.each([
    ['throttled', 'later'],
    ['reconnect', 'waits'],
    ['admin_consent', 'waits'],
    ['forbidden', 'later'],
    ['not_found', 'later'],
    ['unavailable', 'soon'],
    ['timeout', 'soon'],
    ['conflict', 'later'],
    ['garbled', 'soon'],
    ['misconfigured', 'later'],
  ] as const)('F-19 after %s: %s, and never is it given up', (failure, after) => {
    expect(comesTo(failure)).toBe(after)
  })

  it('T-34 after a conflict over an event whose id is known: the therapist alone can say', () => {
    expect(comesTo('conflict', 'e')).toBe('fails')
  })

  const waits = (pace: 'soon' | 'later', isOver = false) =>
    [0, 1, 4, 7, 8, 20, 10_000].map((failures) => Math.floor(waitAfterFailure(pace, { failures, isOver }, 0) / 1000))

  it('F-16 INV-12 it waits longer and longer, at most an hour; a day for a refusal when the session is over', () => {
    expect(waits('soon')).toEqual([2, 7, 148, 2980, 3600, 3600, 3600])
    expect(waits('later')).toEqual([60, 120, 960, 3600, 3600, 3600, 3600])
    expect(waits('later', true)).toEqual([60, 120, 960, 7680, 15_360, 86_400, 86_400])
    expect(waits('soon', true)).toEqual(waits('soon'))
  })

  it('F-15 it waits as long as the provider named at first, and never less', () => {
    const waitOf = (failures: number, namedMs: number) =>
      waitAfterFailure('later', { failures, namedMs, isOver: false }, 0.5) / 1000
    expect([waitOf(0, 1000), waitOf(0, 0), waitOf(1, 1000), waitOf(1, 900_000), waitOf(9, 86_400_000)]).toEqual([
      1, 75, 150, 900, 86_400,
    ])
  })
})

describe('what the therapist says', () => {
  it.each([
    ['PENDING', 'PENDING', 'NOT_WANTED'],
    ['REMOVING', 'REMOVING', 'REMOVED'],
    ['FAILED', 'PENDING', 'NOT_WANTED'],
    ['WRITTEN', undefined, undefined],
    ['REMOVED', undefined, undefined],
    ['NOT_WANTED', undefined, undefined],
  ] as const)('INV-12 of an event that is %s: once more, %s; done by herself, %s', (status, again, done) => {
    const cancelled = status === 'REMOVING'
    expect(afterWord('try_again', status, cancelled)).toBe(again)
    expect(afterWord('did_it_myself', status, cancelled)).toBe(done)
    if (status !== 'FAILED') return
    expect(afterWord('try_again', status, true)).toBe('REMOVING')
    expect(afterWord('did_it_myself', status, true)).toBe('REMOVED')
  })

  it('of a changed event, whose removal waits for her: it goes, or stays', () => {
    for (const status of EVENT_STATUSES)
      for (const cancelled of [true, false]) {
        const [goes, stays] = cancelled && status === 'FAILED' ? ['REMOVING', 'REMOVED'] : []
        expect(afterWord('remove_it', status, cancelled)).toBe(goes)
        expect(afterWord('leave_it', status, cancelled)).toBe(stays)
      }
  })
})

describe('a life', () => {
  type Step = (event: KnownEvent) => readonly [EventCause, EventStatus | undefined]
  const standing = { isToCome: true, isThere: true, isRemovable: true }
  const ENDINGS = EVENTS_LEFT.flatMap((events) =>
    [true, false].map((writesOn): [string, Step] => [
      `gives its account up: ${events}, ${writesOn}`,
      (event) => ['disconnect', afterEnding({ ...event, ...standing }, { events, writesOn })?.status],
    ]),
  )
  const steps: Record<string, Step> = {
    cancels: (event) => ['cancel', afterCancelling(event)],
    ...Object.fromEntries(ENDINGS),
    'finds no calendar': (event) => ['reconcile', isInOutbox(event.status) ? withoutCalendar(event).status : undefined],
  }
  const step = fc.record({
    name: fc.constantFrom(...Object.keys(steps)),
    recorded: fc.option(fc.constantFrom(...EVENT_STATUSES)),
    known: fc.constantFrom(...KNOWN),
  })

  it('INV-2 never leaves the table, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { maxLength: 30 }), (wanted, life) => {
        let status = firstStatus(wanted)
        for (const { name, recorded, known } of life) {
          // What an outbox job records is refused or legal; what else happens follows from what is known.
          if (recorded !== null && statusesBefore(recorded, 'reconcile').includes(status)) {
            expect(MOVES).toContain(`${status} ${recorded} reconcile`)
            status = recorded
          }
          const [cause, after = status] = steps[name]?.({ status, ...known }) ?? ['cancel', status]
          if (after !== status) expect(MOVES).toContain(`${status} ${after} ${cause}`)
          status = after
        }
      }),
    )
  })
})
