import { describe, expect, it } from 'vitest'
import { createBusyBridge, type UnknownBusy } from '../../src/adapter-package/busy-bridge.ts'
import type { Interval } from '../../src/domain/interval.ts'
import { at, CONTEXT, failure, startMock } from './support.ts'

function start(withCache = false) {
  const { mock } = startMock()
  const told: UnknownBusy[] = []
  const kept = new Map<string, readonly Interval[]>()
  const cache = {
    get: async (key: string) => kept.get(key),
    set: async (key: string, busy: readonly Interval[]) => void kept.set(key, busy),
  }
  const bridge = createBusyBridge({
    async calendarOf(tenantId) {
      if (tenantId === 'broken') throw new TypeError('the database is away')
      if (tenantId === 'narrow') throw Object.assign(new Error('no such column'), { code: 'P2022' })
      return tenantId === 'without' ? 'none' : { calendar: mock.calendarFor(CONTEXT), timeZone: CONTEXT.timeZone }
    },
    onUnknown: (unknown) => void told.push(unknown),
    ...(withCache && { cache }),
  })
  return { bridge, mock, told, kept }
}

const TENANT = CONTEXT.tenantId
const window = { start: at('06:00'), end: at('18:00') }
const ask = ({ bridge }: ReturnType<typeof start>, tenantId = TENANT) =>
  bridge.getBusyTimes(tenantId, window.start, window.end)

describe('the bridge to a port that knows no failure', () => {
  it('gives what the calendar says', async () => {
    const started = start()
    started.mock.controls.addExternalEvent(TENANT, { start: at('08:00'), end: at('09:00') })
    expect(await ask(started)).toEqual([{ start: at('08:00'), end: at('09:00') }])
    expect(await ask(started, 'without')).toEqual([])
    expect(started.told).toEqual([])
  })

  it('INV-2 what cannot be read is busy as a whole, and says why', async () => {
    const started = start()
    started.mock.controls.failNext('getFreeBusy', failure('throttled', 5000))
    expect(await ask(started)).toEqual([window])
    expect(await ask(started, 'broken')).toEqual([window])
    expect(await ask(started, 'narrow')).toEqual([window])
    expect(started.told.pop()).toMatchObject({ reason: 'unavailable', code: 'P2022' })
    expect(started.told).toEqual([
      { tenantId: TENANT, window, reason: 'throttled', code: 'test', retryAfterMs: 5000 },
      {
        tenantId: 'broken',
        window: expect.anything(),
        reason: 'unavailable',
        code: 'TypeError',
        retryAfterMs: undefined,
      },
    ])
  })

  it('INV-2 keeps in a cache what was read, and never what is unknown', async () => {
    const started = start(true)
    started.mock.controls.failNext('getFreeBusy', failure('unavailable'))
    expect(await ask(started)).toEqual([window])
    expect(started.kept.size).toBe(0)
    expect(await ask(started)).toEqual([])
    started.mock.controls.failAlways('getFreeBusy', failure('unavailable'))
    expect(await ask(started)).toEqual([])
    expect(started.told).toHaveLength(1)
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('the database is away'))],
    [
      'throws',
      () => {
        throw new Error('the log is full')
      },
    ],
  ])(
    'INV-2 though the host %s when it is told why, unknown is busy and nothing is rejected',
    async (_how, onUnknown) => {
      const { mock } = startMock()
      const calendarOf = async () => ({ calendar: mock.calendarFor(CONTEXT), timeZone: CONTEXT.timeZone })
      const bridge = createBusyBridge({ calendarOf, onUnknown })
      mock.controls.failAlways('getFreeBusy', failure('unavailable'))
      expect(await bridge.getBusyTimes(TENANT, window.start, window.end)).toEqual([window])
      expect(await bridge.isDateAvailable(TENANT, '2027-06-15')).toBe(false)
    },
  )

  it('INV-2 a day that there is not is never available, whatever is connected', async () => {
    const { bridge } = start()
    const free = (day: string) => bridge.isDateAvailable('without', day)
    expect([await free('2027-02-30'), await free('15.6.2027'), await free('2027-06-15')]).toEqual([false, false, true])
  })

  it('INV-2 a day is available where all of it, in her zone, was read and is free', async () => {
    const started = start()
    const day = (text: string, tenantId = TENANT) => started.bridge.isDateAvailable(tenantId, text)
    // 23:30 on the 14th in Berlin.
    started.mock.controls.addExternalEvent(TENANT, { start: at('21:30'), end: at('21:45') })
    expect([await day('2027-06-13'), await day('2027-06-14'), await day('2027-06-15')]).toEqual([true, false, true])
    expect([await day('14.6.2027'), await day('2027-06-15', 'broken')]).toEqual([false, false])
    started.mock.controls.failNext('getFreeBusy', failure('timeout'))
    expect(await day('2027-06-15')).toBe(false)
  })
})
