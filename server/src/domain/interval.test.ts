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
    expect(overlaps(span(10, 20), span(0, 10))).toBe(false)
    expect(overlaps(span(0, 11), span(10, 20))).toBe(true)
    expect(overlaps(span(10, 20), span(0, 11))).toBe(true)
  })

  it('contains its own edges', () => {
    expect(contains(span(0, 10), span(0, 10))).toBe(true)
    expect(contains(span(0, 10), span(0, 11))).toBe(false)
    expect(contains(span(1, 10), span(0, 10))).toBe(false)
  })

  it('merging drops empty and reversed spans, and joins those that touch', () => {
    expect(merge([span(5, 5), span(9, 3)])).toEqual([])
    expect(merge([span(0, 4), span(9, 3), span(6, 6), span(7, 8)])).toEqual([span(0, 4), span(7, 8)])
    expect(merge([span(4, 8), span(0, 4)])).toEqual([span(0, 8)])
  })

  it('clipping drops what lies outside the window', () => {
    expect(clip([span(0, 50), span(10, 20), span(150, 160)], span(50, 150))).toEqual([])
  })

  it('merging and clipping give a span as it is where nothing changes it', () => {
    const whole = span(60, 100)
    expect(merge([whole, span(60, 100), span(70, 80), span(90, 100)])[0]).toBe(whole)
    expect(clip([whole], span(60, 100))[0]).toBe(whole)
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
