import type { Interval } from '../../src/domain/interval.ts'
import { freeSlots, type SlotRules } from '../../src/domain/slots.ts'
import { atMost, type Figure } from './figures.ts'
import { median, percentile } from './measure.ts'

const MINUTE_MS = 60_000
const BUSY = 5000
const LIMIT_MS = 5
const NOW = new Date('2027-01-04T06:00:00Z')

/** Monday to Friday with a pause at noon. */
export const WORKING_HOURS = [1, 2, 3, 4, 5].flatMap((weekday) => [
  { weekday, startMinute: 9 * 60, endMinute: 12 * 60 + 30 },
  { weekday, startMinute: 13 * 60 + 30, endMinute: 18 * 60 },
])

const RULES: SlotRules = {
  timeZone: 'Europe/Berlin',
  workingHours: WORKING_HOURS,
  gridMinutes: 15,
  minimumNoticeMinutes: 60,
  horizonDays: 90,
  service: { durationMinutes: 50, bufferBeforeMinutes: 5, bufferAfterMinutes: 10 },
}

/** Ninety days, over a clock change, with a busy time every 25 minutes. */
export async function slots(): Promise<Figure[]> {
  const busy: Interval[] = Array.from({ length: BUSY }, (_, index) => {
    // In no order, as several calendars bring them.
    const start = NOW.getTime() + ((index * 1777) % BUSY) * 26 * MINUTE_MS
    return { start: new Date(start), end: new Date(start + 5 * MINUTE_MS) }
  })
  const samples: number[] = []
  for (let run = 0; run < 60; run++) {
    const begun = performance.now()
    freeSlots(RULES, '2027-01-04', '2027-04-03', NOW, { blocked: busy.slice(0, 100), busy })
    samples.push(performance.now() - begun)
  }
  const [first = Number.NaN] = samples
  const warm = samples.slice(10)
  const value = median(warm)
  return [
    {
      name: `slots for 90 days against ${BUSY} busy times: p50`,
      value,
      unit: 'ms',
      target: atMost(value, LIMIT_MS, `< ${LIMIT_MS} ms`),
      note: `p95 ${percentile(warm, 0.95).toFixed(2)} ms, the very first ${first.toFixed(1)} ms`,
    },
  ]
}
