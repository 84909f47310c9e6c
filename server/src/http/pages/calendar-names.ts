import type { Locale } from '../../domain/locale.ts'
import type { ConnectedCalendar, Connection } from '../../ports/connection.ts'
import { textsOf } from '../texts/texts.ts'
import { listed } from './formatting.ts'

/** Isolates what people typed, so that right-to-left letters in it do not reorder the sentence around it (UAX 9, FSI and PDI). */
export const isolated = (text: string): string => `\u2068${text}\u2069`

const NAMED = 5

/** “Calendar”, “Family” (Anna Beispiel) and 3 more: in a sentence. Each owner's name tells two calendars of one name apart. */
export function calendarNames(
  calendars: readonly Pick<ConnectedCalendar, 'name' | 'ownerName'>[],
  locale: Locale,
): string {
  const { calendarNames: t } = textsOf(locale)
  const names = calendars
    .slice(0, NAMED)
    .map(({ name, ownerName }) =>
      [name ? t.quoted(isolated(name)) : t.nameless, ownerName && `(${isolated(ownerName)})`].filter(Boolean).join(' '),
    )
  const more = calendars.length - names.length
  return listed(more === 0 ? names : [...names, t.more(more)], locale)
}

export interface CalendarsSeen {
  /** They make her busy and were read. */
  readonly read: readonly ConnectedCalendar[]
  /** They make her busy and cannot be read. */
  readonly unread: readonly ConnectedCalendar[]
  /** They could not be read when they were to be ticked, and are not ticked. */
  readonly aside: readonly ConnectedCalendar[]
  /** Her own that are not ticked, though they were never looked at. */
  readonly left: readonly ConnectedCalendar[]
}

export function calendarsSeen(connection: Pick<Connection, 'calendars'> | undefined): CalendarsSeen {
  const all = connection?.calendars ?? []
  return {
    read: all.filter(({ blocks, failure }) => blocks && failure === undefined),
    unread: all.filter(({ blocks, failure }) => blocks && failure !== undefined),
    aside: all.filter(({ blocks, failure }) => !blocks && failure !== undefined),
    left: all.filter(({ blocks, failure, kind }) => !blocks && failure === undefined && kind === undefined),
  }
}
