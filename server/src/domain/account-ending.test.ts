import { describe, expect, it } from 'vitest'
import { afterEnding, type EndingEvent, EVENTS_LEFT, type EventsLeft } from './account-ending.ts'
import { EVENT_STATUSES, type KnownEvent } from './booking-event.ts'

const KNOWN = [
  { id: undefined, connectionId: undefined },
  { id: undefined, connectionId: 'c' },
  { id: 'e', connectionId: 'c' },
  { id: 'e', connectionId: undefined },
]
const events: KnownEvent[] = EVENT_STATUSES.flatMap((status) => KNOWN.map((known) => ({ status, ...known })))
const never = { id: undefined, connectionId: undefined }
const ENDINGS = EVENTS_LEFT.flatMap((events) => [true, false].map((writesOn) => ({ events, writesOn })))
const EVERYTHING = { isToCome: true, isThere: true, isRemovable: true }

describe('what an event becomes', () => {
  const ending = (event: KnownEvent, more: Partial<EndingEvent> = {}): EndingEvent => ({
    ...EVERYTHING,
    ...event,
    ...more,
  })

  it('TS-24 when its account is given up: a removal that is owed is carried out while a grant remains, else it waits', () => {
    for (const plan of ENDINGS) {
      expect(afterEnding(ending({ status: 'REMOVING', ...never }), plan)).toEqual({ status: 'REMOVED' })
      for (const known of KNOWN.slice(1)) {
        expect(afterEnding(ending({ status: 'REMOVING', ...known }), plan)).toBeUndefined()
        expect(afterEnding(ending({ status: 'REMOVING', ...known }, { isRemovable: false }), plan)).toEqual({
          status: 'REMOVING',
          failure: 'reconnect',
        })
      }
    }
  })

  it('F-85 when its account is given up: what is not written waits for the next, or is not wanted', () => {
    for (const { events, writesOn } of ENDINGS)
      for (const known of KNOWN) {
        const former = known === KNOWN[0] ? undefined : events === 'remove' ? 'REMOVING' : 'WRITTEN'
        const after = afterEnding(ending({ status: 'PENDING', ...known }), { events, writesOn })
        if (writesOn) expect(after).toEqual({ status: 'PENDING', ...(former && { former }) })
        else expect(after).toEqual({ status: 'NOT_WANTED', ...(former === 'REMOVING' && { former }) })
      }
  })

  it('F-85 when its account is given up: what is written goes along if its session is to come, and leaves where it stands as she says', () => {
    const written = { status: 'WRITTEN' as const, id: 'e', connectionId: 'c' }
    const ends = (events: EventsLeft, writesOn: boolean, more: Partial<EndingEvent> = {}) =>
      afterEnding(ending(written, more), { events, writesOn })
    expect(ends('leave', true)).toEqual({ status: 'PENDING', former: 'WRITTEN' })
    expect(ends('remove', true)).toEqual({ status: 'PENDING', former: 'REMOVING' })
    expect(ends('remove', true, { isRemovable: false })).toEqual({ status: 'PENDING', former: 'WRITTEN' })
    expect(ends('leave', false)).toBeUndefined()
    expect(ends('remove', false)).toEqual({ status: 'NOT_WANTED', former: 'REMOVING' })
    expect(ends('remove', false, { isRemovable: false })).toBeUndefined()
    for (const plan of ENDINGS)
      for (const more of [{ isToCome: false }, { isThere: false }])
        expect(afterEnding(ending(written, more), plan)).toBeUndefined()
  })

  it('F-85 when its account is given up: nothing becomes of what is neither written nor to be changed', () => {
    for (const plan of ENDINGS)
      for (const event of events.filter(({ status }) => ['NOT_WANTED', 'REMOVED', 'FAILED'].includes(status)))
        expect(afterEnding(ending(event), plan)).toBeUndefined()
  })
})
