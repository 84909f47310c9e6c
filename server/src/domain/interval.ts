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
  const sorted = intervals.filter((span) => span.start < span.end).sort((a, b) => a.start.getTime() - b.start.getTime())
  const merged: Interval[] = []
  for (const span of sorted) {
    const last = merged.at(-1)
    if (last === undefined || span.start > last.end) merged.push(span)
    else if (span.end > last.end) merged[merged.length - 1] = { start: last.start, end: span.end }
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
