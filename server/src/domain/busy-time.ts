import { clip, type Interval, merge } from './interval.ts'

/** What a calendar says of busy time: that she is busy, away, working elsewhere, or perhaps busy. What is surer comes first. */
export const BUSY_KINDS = ['busy', 'away', 'elsewhere', 'tentative'] as const
export type BusyKind = (typeof BUSY_KINDS)[number]

export interface BusySpan extends Interval {
  readonly kind: BusyKind
}

/** Clipped to `window` and sorted by start; spans of one kind are merged, those of several kinds may overlap. */
export const mergeByKind = (spans: readonly BusySpan[], window: Interval): BusySpan[] =>
  BUSY_KINDS.flatMap((kind) =>
    clip(merge(spans.filter((span) => span.kind === kind)), window).map(({ start, end }) => ({ start, end, kind })),
  ).sort((a, b) => a.start.getTime() - b.start.getTime())
