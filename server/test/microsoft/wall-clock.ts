// A second way to the answers of the adapter: nothing but Intl and search.

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

const formats = new Map<string, Intl.DateTimeFormat>()

/** The wall clock at an instant, as if it were UTC. */
export function wallOf(epochMs: number, zone: string): number {
  let format = formats.get(zone)
  if (format === undefined) {
    const numeric = {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    } as const
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...numeric })
    formats.set(zone, format)
  }
  const part = Object.fromEntries(format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** All instants at which the clock says this. */
export function instantsOf(wall: number, zone: string): number[] {
  const offsets = new Set(
    [-26, -13, -2, 0, 2, 13, 26].map((hours) => wallOf(wall + hours * HOUR, zone) - (wall + hours * HOUR)),
  )
  const candidates = [...offsets].map((offset) => wall - offset)
  return candidates.filter((instant) => wallOf(instant, zone) === wall).sort((a, b) => a - b)
}

/** The first instant of a date (days since 1970). */
export function firstInstantOf(day: number, zone: string): number {
  let low = (day * DAY - 15 * HOUR) / 60_000
  let high = (day * DAY + 15 * HOUR) / 60_000
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (wallOf(middle * 60_000, zone) < day * DAY) low = middle + 1
    else high = middle
  }
  return low * 60_000
}

/** Hours of UTC at which midnight begins both in the far west and in the far east. */
export const isAmbiguous = (epochMs: number): boolean => {
  const hour = (((epochMs % DAY) + DAY) % DAY) / HOUR
  return hour >= 10 && hour <= 12
}

export function changesOf(zone: string): number[] {
  const found: number[] = []
  for (let at = Date.UTC(2009, 0); at < Date.UTC(2030, 0); at += DAY)
    if (wallOf(at + DAY, zone) - wallOf(at, zone) !== DAY) found.push(at)
  return found
}
