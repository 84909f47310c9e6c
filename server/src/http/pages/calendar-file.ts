import type { Language } from '../../domain/locale.ts'
import type { Booking } from '../../ports/booking-store.ts'
import type { Tenant } from '../../ports/tenant-store.ts'
import { textsOf } from '../texts/texts.ts'
import { isWebLink } from './web-link.ts'

interface CalendarFile {
  readonly booking: Booking
  readonly tenant: Pick<Tenant, 'name'>
  readonly appUrl: string
  readonly now: Date
  readonly language: Language
}

/** `20261201T100000Z`: RFC 5545, 3.3.5, form 2. */
const stamp = (instant: Date): string => instant.toISOString().replace(/[-:]|\.\d{3}/g, '')

/** RFC 5545, 3.3.11. Nothing that is typed can end a line, and other control characters are not allowed. */
const text = (value: string): string =>
  value
    .replace(/\r\n?|\n/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .replace(/[\\;,]/g, '\\$&')

const LINE_OCTETS = 75

/** RFC 5545, 3.1: lines of at most 75 octets, the next ones beginning with a space; characters stay whole. */
function folded(line: string): string {
  const lines: string[] = []
  let current = ''
  for (const character of line) {
    if (Buffer.byteLength(current + character) > LINE_OCTETS) {
      lines.push(current)
      current = ' '
    }
    current += character
  }
  return [...lines, current].join('\r\n')
}

/**
 * The client's session for her own calendar, in UTC. It says with whom and when, and nothing of what for; the secret
 * address of her page stays out of it, because calendars are shared.
 */
export function calendarFile({ booking, tenant, appUrl, now, language }: CalendarFile): string {
  const { joinUrl } = booking.event
  const { calendarFile: t } = textsOf({ language })
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//booking-calendar//${language.toUpperCase()}`,
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${booking.id}@${new URL(appUrl).hostname}`,
    `DTSTAMP:${stamp(now)}`,
    `DTSTART:${stamp(booking.startsAt)}`,
    `DTEND:${stamp(booking.endsAt)}`,
    `SUMMARY:${text(t.summary(tenant.name))}`,
    ...(isWebLink(joinUrl) ? [`URL:${new URL(joinUrl).href}`] : []),
    'CLASS:PRIVATE',
    'STATUS:CONFIRMED',
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return `${lines.map(folded).join('\r\n')}\r\n`
}
