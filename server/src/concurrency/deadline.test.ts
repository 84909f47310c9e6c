import { describe, expect, it } from 'vitest'
import { systemClock } from '../ports/clock.ts'
import { abandonable, CallerLeft, sleep, startDeadline, TimeIsUp } from './deadline.ts'

describe('startDeadline', () => {
  it('aborts with TimeIsUp when its time is over', async () => {
    const deadline = startDeadline(systemClock, 1)
    await expect(abandonable(new Promise(() => {}), deadline.signal)).rejects.toThrow()
    expect(deadline.signal.reason).toBeInstanceOf(TimeIsUp)
  })

  it('aborts with CallerLeft when the caller leaves, now or before', () => {
    const caller = new AbortController()
    const deadline = startDeadline(systemClock, 60_000, caller.signal)
    caller.abort(new Error('whatever'))
    expect(deadline.signal.reason).toBeInstanceOf(CallerLeft)
    expect(startDeadline(systemClock, 60_000, caller.signal).signal.aborted).toBe(true)
    deadline.end()
  })

  it('hands on why an outer deadline ended', () => {
    const outer = new AbortController()
    const inner = startDeadline(systemClock, 60_000, outer.signal)
    outer.abort(new TimeIsUp('outer'))
    expect(inner.signal.reason).toBeInstanceOf(TimeIsUp)
    inner.end()
  })

  it('forgets its caller when the work is over', () => {
    const caller = new AbortController()
    const deadline = startDeadline(systemClock, 60_000, caller.signal)
    deadline.end()
    caller.abort()
    expect(deadline.signal.aborted).toBe(false)
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

describe('sleep', () => {
  it('is woken by an abort at once', async () => {
    const caller = new AbortController()
    const asleep = sleep(600_000, caller.signal)
    caller.abort()
    await expect(asleep).rejects.toBeInstanceOf(CallerLeft)
    await expect(sleep(1, caller.signal)).rejects.toBeInstanceOf(CallerLeft)
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
