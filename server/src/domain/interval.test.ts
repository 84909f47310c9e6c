import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clip, contains, type Interval, merge, overlaps } from './interval.ts'

const span = (start: number, end: number): Interval => ({ start: new Date(start), end: new Date(end) })
const spans = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 })).map(([a, b]) => span(a, b)),
  { maxLength: 40 },
)
const covers = (list: readonly Interval[], at: number): boolean =>
  list.some(({ start, end }) => start.getTime() <= at && at < end.getTime())

describe('intervals are half-open', () => {
  it('back-to-back spans do not overlap', () => {
    expect(overlaps(span(0, 10), span(10, 20))).toBe(false)
    expect(overlaps(span(0, 11), span(10, 20))).toBe(true)
  })

  it('contains its own edges', () => {
    expect(contains(span(0, 10), span(0, 10))).toBe(true)
    expect(contains(span(0, 10), span(0, 11))).toBe(false)
  })

  it('merged spans cover exactly the same instants, sorted and apart', () => {
    fc.assert(
      fc.property(spans, (list) => {
        const merged = merge(list)
        for (let at = 0; at <= 200; at += 1) expect(covers(merged, at)).toBe(covers(list, at))
        merged.slice(1).forEach((later, index) => {
          expect(later.start.getTime()).toBeGreaterThan(merged[index]?.end.getTime() ?? Number.POSITIVE_INFINITY)
        })
      }),
    )
  })

  it('clipping keeps exactly what lies inside the window', () => {
    fc.assert(
      fc.property(spans, (list) => {
        const clipped = clip(merge(list), span(50, 150))
        for (let at = 0; at <= 200; at += 1) expect(covers(clipped, at)).toBe(at >= 50 && at < 150 && covers(list, at))
      }),
    )
  })
})
