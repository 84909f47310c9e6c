import type { Locale } from '../../domain/locale.ts'
import type { WorkingRange } from '../../ports/tenant-store.ts'
import type { Texts } from '../texts/en.ts'
import { formatMinute, formatWeekday } from './formatting.ts'

/** "Monday to Friday 09:00–17:00, Saturday 09:00–12:00": neighbouring days with the same hours are said once. */
export function formatHours(hours: readonly WorkingRange[], t: Texts['whatClientsSee'], locale: Locale): string {
  const ofDay = (weekday: number): string =>
    hours
      .filter((range) => range.weekday === weekday)
      .toSorted((a, b) => a.startMinute - b.startMinute)
      .map(({ startMinute, endMinute }) => t.range(formatMinute(startMinute, locale), formatMinute(endMinute, locale)))
      .join(', ')
  const spans: { readonly first: number; readonly last: number; readonly ranges: string }[] = []
  for (const weekday of [1, 2, 3, 4, 5, 6, 7]) {
    const ranges = ofDay(weekday)
    const before = spans.at(-1)
    if (ranges === '') continue
    if (before?.ranges === ranges && before.last === weekday - 1) spans[spans.length - 1] = { ...before, last: weekday }
    else spans.push({ first: weekday, last: weekday, ranges })
  }
  return spans
    .map(
      ({ first, last, ranges }) => `${t.weekdays(formatWeekday(first, locale), formatWeekday(last, locale))} ${ranges}`,
    )
    .join(', ')
}
