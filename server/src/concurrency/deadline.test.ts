import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../ports/clock.ts'
import { abandonable, Cancelled, DeadlineExceeded, sleep, startDeadline } from './deadline.ts'

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

describe('startDeadline', () => {
  it('aborts with DeadlineExceeded when its time is over', async () => {
    const deadline = startDeadline(systemClock, 1)
    await expect(abandonable(new Promise(() => {}), deadline.signal)).rejects.toThrow()
    expect(deadline.signal.reason).toBeInstanceOf(DeadlineExceeded)
    expect(String(deadline.signal.reason)).toBe('DeadlineExceeded: the deadline passed')
  })

  it('aborts with Cancelled when the caller leaves, now or before', () => {
    const caller = new AbortController()
    const deadline = startDeadline(systemClock, 60_000, caller.signal)
    caller.abort(new Error('whatever'))
    expect(deadline.signal.reason).toBeInstanceOf(Cancelled)
    expect(String(deadline.signal.reason)).toBe('Cancelled: the caller left')
    expect(startDeadline(systemClock, 60_000, caller.signal).signal.aborted).toBe(true)
    deadline.end()
  })

  it('hands on why an outer deadline ended', () => {
    const outer = new AbortController()
    const inner = startDeadline(systemClock, 60_000, outer.signal)
    outer.abort(new DeadlineExceeded('outer'))
    expect(inner.signal.reason).toBeInstanceOf(DeadlineExceeded)
    inner.end()
  })

  it('forgets its caller when the work is over, and when the caller has left', () => {
    const caller = new AbortController()
    const [ended, left] = [1, 2].map(() => startDeadline(systemClock, 60_000, caller.signal))
    ended?.end()
    expect(listeners(caller.signal)).toBe(1)
    caller.abort()
    expect([ended?.signal.aborted, left?.signal.aborted, listeners(caller.signal)]).toEqual([false, true, 0])
    left?.end()
  })

  it('stops everything below it when it is cancelled', () => {
    const deadline = startDeadline(systemClock, 60_000)
    const below = startDeadline(systemClock, 60_000, deadline.signal)
    deadline.cancel()
    expect(String(below.signal.reason)).toBe('Cancelled: no longer needed')
    expect(below.signal.reason).toBeInstanceOf(Cancelled)
    deadline.end()
    below.end()
  })

  it('counts down by the clock it was given', () => {
    let now = 0
    const deadline = startDeadline({ now: () => new Date(now) }, 5000)
    now = 2000
    expect(deadline.left()).toBe(3000)
    now = 9000
    expect(deadline.left()).toBe(0)
    deadline.end()
  })
})

describe('abandonable', () => {
  it('gives what the work gives, and no longer listens to the signal', async () => {
    const { signal } = new AbortController()
    await expect(abandonable(Promise.resolve('done'), signal)).resolves.toBe('done')
    await expect(abandonable(Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
    await new Promise((resolve) => setImmediate(resolve))
    expect(listeners(signal)).toBe(0)
  })

  it('no longer listens to the signal of a caller who has left, although the work goes on', async () => {
    const caller = new AbortController()
    const working = abandonable(new Promise(() => {}), caller.signal)
    expect(listeners(caller.signal)).toBe(1)
    caller.abort()
    await expect(working).rejects.toBeInstanceOf(Cancelled)
    expect(listeners(caller.signal)).toBe(0)
  })
})

describe('sleep', () => {
  it('is woken by an abort at once', async () => {
    const caller = new AbortController()
    const asleep = sleep(600_000, caller.signal)
    caller.abort()
    await expect(asleep).rejects.toBeInstanceOf(Cancelled)
    await expect(sleep(1, caller.signal)).rejects.toBeInstanceOf(Cancelled)
    expect(listeners(caller.signal)).toBe(0)
  })

  it('no longer listens to the signal once it has woken', async () => {
    const { signal } = new AbortController()
    const asleep = sleep(1, signal)
    expect(listeners(signal)).toBe(1)
    await asleep
    expect(listeners(signal)).toBe(0)
  })

  it('INV-11 never wakes early', async () => {
    const signal = new AbortController().signal
    for (let n = 0; n < 20; n++) {
      const begun = Date.now()
      await sleep(2, signal)
      expect(Date.now() - begun).toBeGreaterThanOrEqual(2)
    }
  })
})
