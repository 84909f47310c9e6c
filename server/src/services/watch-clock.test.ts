import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LogRecorder } from '../../test/support/log-recorder.ts'
import { type WatchedClock, watchClock } from './watch-clock.ts'

const TRUE = Date.parse('2027-03-01T09:00:00Z')
const at = (seconds: number): Date => new Date(TRUE + seconds * 1000)

let logs: LogRecorder
let own: number
let database: () => Promise<Date>
let watched: WatchedClock
const start = async (): Promise<number | undefined> => {
  watched = await watchClock({ readDatabaseClock: () => database(), clock: { now: () => at(own) }, log: logs })
  return watched.skewSeconds()
}
const warned = () => logs.entries.map(({ level, event, fields }) => [level, event, fields.seconds])

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  logs = new LogRecorder()
  own = 0
  database = async () => at(0)
})
afterEach(() => {
  watched.end()
  vi.useRealTimers()
})

describe('a process’s clock', () => {
  it.each([
    [720, 720, [['warn', 'clock_skewed', 720]]],
    [-720, -720, [['warn', 'clock_skewed', -720]]],
    [10.5, 10.5, [['warn', 'clock_skewed', 11]]],
    [-10, -10, []],
    [0, 0, []],
  ])('%d s ahead of the database’s is told, and warned of where it matters', async (ahead, told, lines) => {
    own = ahead
    expect(await start()).toBe(told)
    expect(warned()).toEqual(lines)
  })

  it('is not called wrong for the time that the database took', async () => {
    database = async () => {
      own += 40
      return at(20)
    }
    expect(await start()).toBe(0)
    database = async () => {
      own += 40
      return at(20)
    }
    own = 60
    watched.end()
    expect(await start()).toBe(40)
    expect(warned()).toEqual([['warn', 'clock_skewed', 40]])
  })

  it('is not known while the database does not answer, and compared again every hour', async () => {
    database = async () => {
      throw new Error('CANARY')
    }
    own = 720
    expect(await start()).toBeUndefined()
    expect(warned()).toEqual([])
    database = async () => at(0)
    await vi.advanceTimersByTimeAsync(3_599_000)
    expect(watched.skewSeconds()).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(watched.skewSeconds()).toBe(720)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(warned()).toEqual([
      ['warn', 'clock_skewed', 720],
      ['warn', 'clock_skewed', 720],
    ])
    own = 0
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(watched.skewSeconds()).toBe(0)
    watched.end()
    own = 720
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(watched.skewSeconds()).toBe(0)
  })
})
