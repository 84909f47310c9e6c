import { describe, expect, it } from 'vitest'
import { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker.ts'

function scene(options: Partial<CircuitBreakerOptions> = {}) {
  let now = 1_000_000
  const breaker = new CircuitBreaker({ clock: { now: () => new Date(now) }, threshold: 3, openMs: 5000, ...options })
  return {
    breaker,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

describe('CircuitBreaker', () => {
  it('opens on consecutive failures, for its key alone', () => {
    const { breaker } = scene()
    for (let n = 0; n < 3; n++) breaker.report('a', 'failed')
    expect(breaker.admit('a')).toBe(5000)
    expect(breaker.admit('b')).toBe(0)
  })

  it('starts counting anew after a success', () => {
    const { breaker } = scene()
    breaker.report('a', 'failed')
    breaker.report('a', 'failed')
    breaker.report('a', 'ok')
    breaker.report('a', 'failed')
    expect([breaker.admit('a'), breaker.admit('a')]).toEqual([0, 0])
  })

  it('counts the failures of each key, whatever fails in between', () => {
    const { breaker } = scene()
    for (const key of ['a', 'b', 'a', 'b', 'a']) breaker.report(key, 'failed')
    expect([breaker.admit('a'), breaker.admit('b')]).toEqual([5000, 0])
  })

  it('remembers nothing of a key that never failed', () => {
    const { breaker } = scene()
    for (const verdict of ['ok', 'neutral'] as const) breaker.report('a', verdict)
    expect([breaker.admit('a'), breaker.size]).toEqual([0, 0])
  })

  it('lets one probe through after cooling; its failure closes the way again, its success opens it', () => {
    const { breaker, pass } = scene()
    for (let n = 0; n < 3; n++) breaker.report('a', 'failed')
    pass(5000)
    expect(breaker.admit('a')).toBe(0)
    expect(breaker.admit('a')).toBeGreaterThan(0)
    breaker.report('a', 'failed')
    expect(breaker.admit('a')).toBe(5000)
    pass(5000)
    expect(breaker.admit('a')).toBe(0)
    breaker.report('a', 'ok')
    expect(breaker.admit('a')).toBe(0)
    expect(breaker.admit('a')).toBe(0)
  })

  it('gives the probe back when the call said nothing, and forgets one that never reports', () => {
    const { breaker, pass } = scene()
    for (let n = 0; n < 3; n++) breaker.report('a', 'failed')
    pass(5000)
    expect(breaker.admit('a')).toBe(0)
    breaker.report('a', 'neutral')
    expect(breaker.admit('a')).toBe(0)
    expect(breaker.admit('a')).toBe(5000)
    pass(5000)
    expect(breaker.admit('a')).toBe(0)
  })

  it('F-19 needs several parties where a key is shared: one mailbox cannot close the service', () => {
    const { breaker } = scene({ parties: 2 })
    for (let n = 0; n < 9; n++) breaker.report('graph', 'failed', 'mailbox-1')
    expect(breaker.admit('graph')).toBe(0)
    breaker.report('graph', 'failed', 'mailbox-2')
    expect(breaker.admit('graph')).toBe(5000)
  })

  it('knows 16 parties apart, and no more', () => {
    const failBy = (parties: number) => {
      const { breaker } = scene({ parties })
      for (let n = 0; n < 50; n++) breaker.report('graph', 'failed', `mailbox-${n}`)
      return breaker.admit('graph')
    }
    expect([failBy(16), failBy(17)]).toEqual([5000, 0])
  })

  it('forgets first what is open no longer, then what was there first', () => {
    const { breaker, pass } = scene({ maxKeys: 2, threshold: 1 })
    breaker.report('a', 'failed')
    breaker.report('b', 'failed')
    pass(1000)
    breaker.report('a', 'failed')
    pass(4000)
    breaker.report('c', 'failed')
    expect([breaker.admit('a'), breaker.admit('c'), breaker.size]).toEqual([1000, 5000, 2])
    breaker.report('d', 'failed')
    expect([breaker.admit('a'), breaker.admit('c'), breaker.admit('d'), breaker.size]).toEqual([0, 5000, 5000, 2])
  })

  it('remembers a bounded number of keys, forgetting idle ones first', () => {
    const { breaker, pass } = scene({ maxKeys: 3 })
    for (let n = 0; n < 3; n++) breaker.report('open', 'failed')
    for (let n = 0; n < 50; n++) {
      breaker.report(`k${n}`, 'failed')
      pass(1)
    }
    expect(breaker.size).toBeLessThanOrEqual(3)
    expect(breaker.admit('open')).toBeGreaterThan(0)
  })
})
