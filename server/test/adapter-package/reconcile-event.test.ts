import { describe, expect, it } from 'vitest'
import { createReconcileEvent, type WritableCalendar } from '../../src/adapter-package/reconcile-event.ts'
import type { ClaimedBooking, ReconcileAgain, ReconcileStore } from '../../src/adapter-package/reconcile-store.ts'
import { at, CONTEXT, failure, startMock } from './support.ts'

const WANTED = { start: at('10:00'), end: at('10:50'), timeZone: 'Europe/Berlin', title: 'Appointment' }

/** One booking, in memory. */
function start(change: Partial<Omit<ClaimedBooking, 'id' | 'claim'>> = {}) {
  const { mock, clock } = startMock()
  const row = {
    tenantId: CONTEXT.tenantId,
    wanted: WANTED,
    eventId: undefined,
    write: undefined,
    failures: 0,
    ...change,
  }
  const booking: { -readonly [Key in keyof ClaimedBooking]: ClaimedBooking[Key] } = {
    id: 'booking 1',
    claim: '',
    ...row,
  }
  const said: ReconcileAgain[] = []
  let calendar: WritableCalendar | undefined = { binding: mock, context: CONTEXT }
  const store: ReconcileStore = {
    async claim() {
      if (booking.claim !== '') return undefined
      booking.claim = 'claimed'
      return { ...booking }
    },
    async begin(_, accountKey, begunAt) {
      if (booking.wanted !== undefined) booking.write = { accountKey, begunAt }
      return booking.wanted !== undefined
    },
    async written(_, { id }) {
      Object.assign(booking, { claim: '', eventId: id, failures: 0 })
    },
    async removed() {
      Object.assign(booking, { claim: '', eventId: undefined, write: undefined, failures: 0 })
    },
    async later(_, again) {
      said.push(again)
      Object.assign(booking, { claim: '', failures: again.failures })
    },
  }
  const reconcile = createReconcileEvent({ store, calendarOf: async () => calendar, clock, random: () => 0 })
  return {
    mock,
    clock,
    booking,
    store,
    said,
    reconcile: () => reconcile(booking.id),
    use: (next: WritableCalendar | undefined) => (calendar = next),
    events: () => mock.controls.events(CONTEXT.tenantId).length,
    cancel: () => Object.assign(booking, { wanted: undefined }),
  }
}

describe('reconciling the event of a booking', () => {
  it('INV-3 writes one event, however often it is said', async () => {
    const { reconcile, booking, events } = start()
    expect([await reconcile(), await reconcile()]).toEqual(['written', 'written'])
    expect([events(), booking.eventId]).toEqual([1, expect.any(String)])
  })

  it('F-12 finds the event whose answer was lost', async () => {
    const { mock, reconcile, said, events } = start()
    mock.controls.failNext('createEvent', failure('timeout'), 'after')
    expect([await reconcile(), await reconcile(), events()]).toEqual(['later', 'written', 1])
    expect(said).toEqual([{ waitMs: expect.closeTo(2718, 0), failures: 1, failure: 'timeout' }])
  })

  it('F-24 removes what a write of unknown outcome made, and looks again when nothing of it can still come', async () => {
    const { mock, clock, reconcile, cancel, said, booking, events } = start()
    mock.controls.failNext('createEvent', failure('timeout'), 'after')
    await reconcile()
    cancel()
    clock.advance(20_000)
    expect([await reconcile(), events()]).toEqual(['later', 0])
    expect(said.at(-1)).toEqual({ waitMs: 40_000, failures: 0, failure: undefined })
    clock.advance(40_000)
    expect([await reconcile(), booking.write]).toEqual(['removed', undefined])
  })

  it('removes nothing where no write was begun, and asks nobody', async () => {
    const { reconcile, cancel, use } = start()
    cancel()
    use(undefined)
    expect(await reconcile()).toBe('removed')
  })

  it('F-14 waits for as long as the provider names, then ever longer', async () => {
    const { mock, reconcile, said } = start()
    mock.controls.failAlways('createEvent', failure('throttled', 90_000))
    await reconcile()
    await reconcile()
    await reconcile()
    expect(said.map(({ waitMs }) => waitMs)).toEqual([90_000, 120_000, 240_000])
    expect(said.at(-1)).toMatchObject({ failures: 3, failure: 'throttled' })
  })

  it('waits for the therapist where the grant is gone or no calendar is connected', async () => {
    const { mock, reconcile, use, said } = start()
    mock.controls.failNext('createEvent', failure('reconnect'))
    expect(await reconcile()).toBe('waits')
    use(undefined)
    expect(await reconcile()).toBe('waits')
    expect(said.map(({ failure }) => failure)).toEqual(['reconnect', 'reconnect'])
  })

  it('leaves the event of another account alone, and writes to the new one what was not written yet', async () => {
    const { mock, reconcile, use, cancel, events } = start()
    await reconcile()
    cancel()
    use({ binding: mock, context: { ...CONTEXT, accountKey: 'another' } })
    expect([await reconcile(), events()]).toEqual(['waits', 1])
    const unwritten = start({ write: { accountKey: 'before', begunAt: at('08:00') } })
    expect([await unwritten.reconcile(), unwritten.events()]).toEqual(['written', 1])
  })

  it('T-34 leaves a series to her', async () => {
    const { mock, reconcile, booking, cancel, events } = start()
    await reconcile()
    mock.controls.makeSeries(CONTEXT.tenantId, booking.eventId ?? '', 7, 3)
    cancel()
    expect([await reconcile(), events()]).toEqual(['hers', 3])
  })

  it('does nothing beside somebody else, and rejects for failures of the store', async () => {
    const { store, reconcile, booking, events } = start()
    booking.claim = 'of another process'
    expect(await reconcile()).toBe('busy')
    booking.claim = ''
    store.begin = () => Promise.reject(new TypeError('the database is away'))
    await expect(reconcile()).rejects.toThrow('the database is away')
    expect(events()).toBe(0)
  })

  it('F-24 writes nothing for a booking that is cancelled meanwhile, nor after it stood still', async () => {
    const { store, clock, reconcile, said, events } = start()
    store.begin = async () => false
    expect(await reconcile()).toBe('later')
    store.begin = async () => {
      clock.advance(6_000)
      return true
    }
    expect([await reconcile(), events()]).toEqual(['later', 0])
    expect(said.map(({ waitMs, failure }) => [waitMs > 0, failure])).toEqual([
      [false, undefined],
      [true, 'timeout'],
    ])
  })
})
