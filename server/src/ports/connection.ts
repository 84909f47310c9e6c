import type { EventTitle } from '../domain/event-title.ts'
import type { AccountKind, ApartKind, CalendarAccess } from './calendar-connector.ts'
import type { CalendarFailure } from './calendar-failure.ts'
import type { CalendarProviderType } from './calendar-provider-type.ts'

/**
 * `receives`: sessions are written to the account where it lets us, and its calendars block; one a tenant. `blocks`: its calendars
 * block, and nothing is ever written, looked up or removed there.
 */
export type ConnectionRole = 'receives' | 'blocks'

/** A connected account without its tokens. */
export interface Connection {
  readonly id: string
  readonly tenantId: string
  readonly role: ConnectionRole
  readonly provider: CalendarProviderType
  readonly access: CalendarAccess
  readonly accountKey: string
  readonly accountAddress: string | undefined
  readonly tokenVersion: number
  readonly refreshedAt: Date | undefined
  readonly evidence: ConnectionEvidence
  readonly calendars: readonly ConnectedCalendar[]
  readonly writing: WritingSettings
}

/** What the therapist has chosen for writing to the account. */
export interface WritingSettings {
  /** Undefined where it is not known: then it counts as personal. */
  readonly accountKind?: AccountKind | undefined
  /** The provider's id of the calendar that receives. Undefined: the account's default calendar. */
  readonly writesTo?: string | undefined
  readonly eventTitle: EventTitle
  /** Whether the client is invited by the calendar. */
  readonly invites: boolean
}

export const DEFAULT_WRITING: WritingSettings = { eventTitle: 'neutral', invites: false }

/** What is to change of {@link WritingSettings}. */
export interface WritingChange {
  /** Our id of the calendar that is to receive. */
  readonly receiver?: string
  readonly eventTitle?: EventTitle
  readonly invites?: boolean
}

/** Connections come and go; the account that events were written to stays the same. */
export type Mailbox = Pick<Connection, 'provider' | 'accountKey'>

export const isSameMailbox = (one: Mailbox, other: Mailbox): boolean =>
  one.provider === other.provider && one.accountKey === other.accountKey

/** What is known of a connection's health; the health itself is derived from it. */
export interface ConnectionEvidence {
  readonly lastReadAt: Date | undefined
  readonly failure: CalendarFailure | undefined
  readonly failingSince: Date | undefined
  /** Since when a calendar that blocks cannot be read while others can. Undefined: it is not known of any. */
  readonly unreadSince?: Date | undefined
}

export interface ConnectedCalendar {
  /** Our id, used in forms. */
  readonly id: string
  /** The provider's id. */
  readonly externalId: string
  /** Undefined where the stored name does not decrypt: the calendar counts all the same. */
  readonly name: string | undefined
  readonly isDefault: boolean
  /** Undefined where it is hers. */
  readonly kind?: ApartKind | undefined
  /** Of a foreign one, where it is known. */
  readonly ownerName?: string | undefined
  /** Nothing may be written into it. */
  readonly isReadOnly?: boolean | undefined
  readonly blocks: boolean
  /** Why its last read failed while others were read. */
  readonly failure?: CalendarFailure | undefined
  readonly firstSeenAt: Date
  /** Undefined where its last look found nothing out, or there was none. */
  readonly look?: CalendarLook | undefined
}

/** How many days from then on a look at a calendar counts. */
export const LOOK_DAYS = 14

export interface CalendarLook extends CalendarCount {
  readonly at: Date
}

/** What a calendar holds in the {@link LOOK_DAYS} that follow a look: how much, never when. */
export interface CalendarCount {
  readonly busyTimes: number
  /** As in `CalendarBusy`. */
  readonly isAllFree: boolean | undefined
}

export interface CalendarLooks {
  readonly at: Date
  /** By our ids, those of the connection's calendars that were looked at. */
  readonly found: ReadonlyMap<string, CalendarCount>
}
