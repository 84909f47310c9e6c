/** A half-open span of time, `[start, end)`: its start belongs to it and its end does not, so back-to-back spans never overlap. */
export interface Interval {
  readonly start: Date
  readonly end: Date
}

// `getTime` and not `<` on dates: a calendar has thousands of spans, and comparing Date objects takes several times as long.

export const overlaps = (a: Interval, b: Interval): boolean =>
  a.start.getTime() < b.end.getTime() && b.start.getTime() < a.end.getTime()

export const contains = (outer: Interval, inner: Interval): boolean =>
  outer.start.getTime() <= inner.start.getTime() && inner.end.getTime() <= outer.end.getTime()

/** Sorted, with overlapping and touching spans joined; empty and reversed spans are dropped. */
export function merge(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals
    .filter((span) => span.start.getTime() < span.end.getTime())
    .sort((a, b) => a.start.getTime() - b.start.getTime())
  const merged: Interval[] = []
  for (const span of sorted) {
    const last = merged.at(-1)
    if (last === undefined || span.start.getTime() > last.end.getTime()) merged.push(span)
    else if (span.end.getTime() > last.end.getTime()) merged[merged.length - 1] = { start: last.start, end: span.end }
  }
  return merged
}

/** The parts of `intervals` inside `window`; spans that lie within are given as they are. */
export function clip(intervals: readonly Interval[], window: Interval): Interval[] {
  return intervals
    .filter((span) => overlaps(span, window))
    .map((span) =>
      contains(window, span)
        ? span
        : {
            start: new Date(Math.max(span.start.getTime(), window.start.getTime())),
            end: new Date(Math.min(span.end.getTime(), window.end.getTime())),
          },
    )
}
