import { describe, expect, it } from 'vitest'
import { CallPaused, pauseEverywhere, RetryAfterPauses } from './retry-after-pauses.ts'

function scene(maxKeys?: number) {
  let now = 1_000_000
  const pauses = new RetryAfterPauses({ now: () => new Date(now) }, maxKeys)
  return {
    pauses,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

describe('RetryAfterPauses', () => {
  it('INV-11 a pause lasts until it is over, for its key alone, and a shorter one does not end it', () => {
    const { pauses, pass } = scene()
    pauses.pause('a', 30_000)
    pauses.pause('a', 10_000)
    pass(29_999)
    expect(pauses.pausedFor('a')).toBe(1)
    expect(pauses.pausedFor('b')).toBe(0)
    pass(1)
    expect(pauses.pausedFor('a')).toBe(0)
    expect(pauses.size).toBe(0)
  })

  it('a longer one extends it, and none at all makes none', () => {
    const { pauses } = scene()
    pauses.pause('a', 0)
    expect(pauses.size).toBe(0)
    pauses.pause('a', 10_000)
    pauses.pause('a', 30_000)
    expect(pauses.pausedFor('a')).toBe(30_000)
  })

  it('remembers a bounded number of keys, forgetting what is over first', () => {
    const { pauses, pass } = scene(3)
    pauses.pause('long', 60_000)
    for (let n = 0; n < 50; n++) {
      pauses.pause(`short ${n}`, 1)
      pass(1)
    }
    expect(pauses.pausedFor('long')).toBeGreaterThan(0)
    for (let n = 0; n < 50; n++) pauses.pause(`long ${n}`, 60_000)
    expect(pauses.size).toBe(3)
    expect(pauses.pausedFor('long 49')).toBe(60_000)
  })
})

describe('a full RetryAfterPauses', () => {
  it('is the only one that looks for what is over', () => {
    const { pauses, pass } = scene(2)
    pauses.pause('over', 1)
    pass(1)
    pauses.pause('a', 1000)
    expect(pauses.size).toBe(2)
    pauses.pause('b', 1000)
    expect([pauses.pausedFor('a'), pauses.pausedFor('b'), pauses.size]).toEqual([1000, 1000, 2])
  })

  it('forgets a pause that ends now before one that lasts', () => {
    const { pauses, pass } = scene(2)
    pauses.pause('long', 60_000)
    pauses.pause('short', 1000)
    pass(1000)
    pauses.pause('new', 1000)
    expect([pauses.pausedFor('long'), pauses.pausedFor('new'), pauses.size]).toEqual([59_000, 1000, 2])
  })

  it('forgets the oldest alone where all last, and nothing where a pause it knows gets longer', () => {
    const { pauses } = scene(3)
    for (const key of ['a', 'b', 'c']) pauses.pause(key, 1000)
    pauses.pause('b', 2000)
    expect(['a', 'b', 'c'].map((key) => pauses.pausedFor(key))).toEqual([1000, 2000, 1000])
    pauses.pause('d', 1000)
    expect(['a', 'b', 'c', 'd'].map((key) => pauses.pausedFor(key))).toEqual([0, 2000, 1000, 1000])
  })
})

describe('CallPaused', () => {
  it('is throttling of our own making, and says for how long', () => {
    const paused = new CallPaused('the mailbox is paused', 7000)
    expect(paused).toMatchObject({ reason: 'throttled', code: 'paused', retryAfterMs: 7000 })
    expect(paused.message).toBe('the mailbox is paused')
  })
})

describe('pauseEverywhere', () => {
  it('INV-11 pauses here before the others are told, and once more when they are', async () => {
    const { pauses, pass } = scene()
    const share = async () => {
      expect(pauses.pausedFor('a')).toBe(1000)
      pass(400)
    }
    const { signal } = new AbortController()
    expect(await pauseEverywhere({ pauses, key: 'a', milliseconds: 1000, share, signal })).toBe(true)
    expect(pauses.pausedFor('a')).toBe(1000)
  })

  it('INV-11 pauses here although the others cannot be told, or there is no time to', async () => {
    const { pauses } = scene()
    const { signal } = new AbortController()
    const away = () => Promise.reject(new Error('the database is away'))
    expect(await pauseEverywhere({ pauses, key: 'a', milliseconds: 1000, share: away, signal })).toBe(false)
    const never = () => new Promise<void>(() => {})
    const pause = { pauses, key: 'b', milliseconds: 1000, share: never, signal: AbortSignal.abort() }
    expect(await pauseEverywhere(pause)).toBe(false)
    expect([pauses.pausedFor('a'), pauses.pausedFor('b')]).toEqual([1000, 1000])
  })
})
