/** A half-open span of time, `[start, end)`: it holds its start and not its end, so back-to-back spans never overlap. */
export interface Interval {
  readonly start: Date
  readonly end: Date
}

export const overlaps = (a: Interval, b: Interval): boolean => a.start < b.end && b.start < a.end

export const contains = (outer: Interval, inner: Interval): boolean =>
  outer.start <= inner.start && inner.end <= outer.end

/** Sorted, with overlapping and touching spans joined; empty and reversed spans are dropped. */
export function merge(intervals: readonly Interval[]): Interval[] {
  const spans = intervals.filter((span) => span.start.getTime() < span.end.getTime())
  const merged: Interval[] = []
  let until = Number.NEGATIVE_INFINITY
  for (const span of spans.sort((a, b) => a.start.getTime() - b.start.getTime())) {
    const end = span.end.getTime()
    const last = merged.at(-1)
    if (last === undefined || span.start.getTime() > until) merged.push(span)
    else if (end > until) merged[merged.length - 1] = { start: last.start, end: span.end }
    until = Math.max(until, end)
  }
  return merged
}

/** The parts of `intervals` inside `window`. */
export function clip(intervals: readonly Interval[], window: Interval): Interval[] {
  return intervals
    .filter((span) => overlaps(span, window))
    .map((span) => ({
      start: span.start < window.start ? window.start : span.start,
      end: span.end > window.end ? window.end : span.end,
    }))
}
