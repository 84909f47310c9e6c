import { describe, expect, it } from 'vitest'
import { Cancelled, sleep, startDeadline } from '../concurrency/deadline.ts'
import { type Outcome, type RetryOptions, retry } from './retry.ts'

/** Time passes only while somebody sleeps. */
function scene(options: Partial<RetryOptions> & { within?: number } = {}) {
  const waits: number[] = []
  let now = 0
  const deadline = startDeadline({ now: () => new Date(now) }, options.within ?? 60_000)
  const full: RetryOptions = {
    deadline,
    repeatable: true,
    attempts: 4,
    baseMs: 100,
    capMs: 1000,
    random: () => 0.5,
    sleep: async (milliseconds) => {
      waits.push(milliseconds)
      now += milliseconds
    },
    ...options,
  }
  return { waits, full }
}

const again = (extra: Partial<Extract<Outcome<never>, { kind: 'again' }>> = {}): Outcome<never> => ({
  kind: 'again',
  failure: new Error('no luck'),
  ...extra,
})
const failTimes = (times: number, extra = {}) => {
  let calls = 0
  return {
    calls: () => calls,
    attempt: async () => (++calls > times ? ({ kind: 'done', value: calls } as const) : again(extra)),
  }
}

describe('retry', () => {
  it('waits with full jitter, doubling, up to the cap', async () => {
    const { waits, full } = scene({ attempts: 7 })
    await retry(failTimes(6).attempt, full)
    expect(waits).toEqual([50, 100, 200, 400, 500, 500])
  })

  it('INV-11 never waits less than Retry-After', async () => {
    const { waits, full } = scene()
    await retry(failTimes(1, { retryAfterMs: 7000 }).attempt, full)
    expect(waits).toEqual([7000])
  })

  it('F-16 ends after the attempts it was given', async () => {
    const { full } = scene()
    const script = failTimes(99)
    await expect(retry(script.attempt, full)).rejects.toThrow('no luck')
    expect(script.calls()).toBe(4)
  })

  it('F-15 gives up at once when Retry-After outlasts the deadline', async () => {
    const { waits, full } = scene({ within: 5000 })
    const script = failTimes(1, { retryAfterMs: 5000 })
    await expect(retry(script.attempt, full)).rejects.toThrow('no luck')
    expect([script.calls(), waits]).toEqual([1, []])
  })

  it('F-12 says a bare POST once', async () => {
    const script = failTimes(1)
    await expect(retry(script.attempt, scene({ repeatable: false }).full)).rejects.toThrow('no luck')
    expect(script.calls()).toBe(1)
  })

  it('F-14 repeats even a bare POST that was certainly not carried out', async () => {
    const script = failTimes(1, { notCarriedOut: true })
    await expect(retry(script.attempt, scene({ repeatable: false }).full)).resolves.toBe(2)
  })

  it('does not repeat what an attempt throws', async () => {
    let calls = 0
    const broken = async () => {
      calls += 1
      throw new TypeError('a bug')
    }
    await expect(retry(broken, scene().full)).rejects.toThrow('a bug')
    expect(calls).toBe(1)
  })

  it('stops waiting when the caller leaves', async () => {
    const caller = new AbortController()
    const deadline = startDeadline({ now: () => new Date(0) }, 60_000, caller.signal)
    const waiting = retry(failTimes(1, { retryAfterMs: 30_000 }).attempt, scene({ deadline, sleep }).full)
    await Promise.resolve()
    caller.abort()
    await expect(waiting).rejects.toBeInstanceOf(Cancelled)
    deadline.end()
  })
})
