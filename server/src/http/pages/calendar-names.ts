import type { ConnectedCalendar, Connection } from '../../ports/connection-store.ts'

/** Isolates what people typed, so that right-to-left letters in it do not reorder the sentence around it (UAX 9, FSI and PDI). */
const isolated = (text: string): string => `\u2068${text}\u2069`

const NAMED = 5

/** “Calendar”, “Family” (Anna Beispiel) and 3 more: in a sentence. Each owner's name tells two calendars of one name apart. */
export function calendarNames(calendars: readonly Pick<ConnectedCalendar, 'name' | 'ownerName'>[]): string {
  const names = calendars
    .slice(0, NAMED)
    .map(({ name, ownerName }) =>
      [name ? `“${isolated(name)}”` : 'a calendar without a name', ownerName && `(${isolated(ownerName)})`]
        .filter(Boolean)
        .join(' '),
    )
  const more = calendars.length - names.length
  const all = more === 0 ? names : [...names, `${more} more`]
  return [all.slice(0, -1).join(', '), all.at(-1)].filter(Boolean).join(' and ')
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
