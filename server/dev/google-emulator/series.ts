import { type EmulatedCalendar, type EmulatedEvent, instantOf, type Span, spanOf } from './world.ts'

const DAY = 86_400_000

/** `RRULE:FREQ=…` of days or weeks, as far as it is emulated: developers.google.com/workspace/calendar/api/concepts/events-calendars */
function rule(recurrence: readonly string[]): {
  readonly everyMs: number
  readonly times: number
  readonly until: number
} {
  const parts = new Map(
    (recurrence[0] ?? '')
      .replace(/^RRULE:/, '')
      .split(';')
      .map((part): [string, string] => [part.split('=')[0] ?? '', part.split('=')[1] ?? '']),
  )
  const days = { DAILY: 1, WEEKLY: 7 }[parts.get('FREQ') ?? '']
  if (days === undefined) throw new Error('the emulator knows no such recurrence')
  const [, y, m, d, time = '235959'] = /^(\d{4})(\d\d)(\d\d)(?:T(\d{6})Z)?$/.exec(parts.get('UNTIL') ?? '') ?? []
  return {
    everyMs: days * DAY * Number(parts.get('INTERVAL') ?? 1),
    times: Number(parts.get('COUNT') ?? Number.POSITIVE_INFINITY),
    until:
      y === undefined
        ? Number.POSITIVE_INFINITY
        : Date.parse(`${y}-${m}-${d}T${time.replace(/(\d\d)(\d\d)(\d\d)/, '$1:$2:$3')}Z`),
  }
}

/** An instance is named after its series and its first start: developers.google.com/workspace/calendar/api/guides/recurringevents */
export const instanceId = (seriesId: string, start: number): string =>
  `${seriesId}_${new Date(start).toISOString().replace(/[-:]|\.\d+/g, '')}`

/** The instances of a series that start before `before` and have no entry of their own (a changed or removed one has). */
export function* instancesOf(
  master: EmulatedEvent,
  calendar: EmulatedCalendar,
  before: number,
): Generator<Span & { id: string }> {
  const first = spanOf(master, calendar)
  if (first === undefined || master.recurrence === undefined) return
  const { everyMs, times, until } = rule(master.recurrence)
  for (let n = 0; n < times; n += 1) {
    // In UTC: the emulator's series do not follow a change of the clocks.
    const start = first.start + n * everyMs
    if (start >= before || start > until) return
    const id = instanceId(master.id, start)
    if (!calendar.events.has(id)) yield { id, start, end: start + (first.end - first.start) }
  }
}

/** When an event takes place before `before`: once, or as often as its series has it. */
export function spansOf(event: EmulatedEvent, calendar: EmulatedCalendar, before: number): readonly Span[] {
  if (event.recurrence !== undefined) return [...instancesOf(event, calendar, before)]
  const span = spanOf(event, calendar)
  return span === undefined ? [] : [span]
}

/** What `events.get` answers for an instance: the series' properties, and whose instance it is instead of a recurrence. */
export function instanceOf(calendar: EmulatedCalendar, id: string): EmulatedEvent | undefined {
  const [, seriesId = '', y, mo, d, h, mi, s] = /^(\w+)_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(id) ?? []
  const master = calendar.events.get(seriesId)
  if (master?.recurrence === undefined || master.status === 'cancelled') return undefined
  const { recurrence: _, ...shared } = master
  const at = instantOf({ dateTime: `${y}-${mo}-${d}T${h}:${mi}:${s}Z` }, calendar.timeZone) ?? Number.NaN
  const found = [...instancesOf(master, calendar, at + 1)].find((instance) => instance.id === id)
  if (found === undefined) return undefined
  const when = (instant: number) => ({ dateTime: new Date(instant).toISOString() })
  const times = { start: when(found.start), end: when(found.end), originalStartTime: when(found.start) }
  return { ...shared, ...times, id, recurringEventId: seriesId }
}
