import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { CalendarListing, ConnectionContext } from '../ports/calendar-connector.ts'
import { isTransient } from '../ports/calendar-failure.ts'
import { type Clock, systemClock } from '../ports/clock.ts'
import type { ConnectionEvidence } from '../ports/connection.ts'
import { type Log, silentLog } from '../ports/log.ts'
import { type CheckedRead, checkConnection } from '../services/check-connection.ts'
import { connectionHealth, type ToldHealth } from './connection-health.ts'

export interface MaintainedConnection {
  readonly context: ConnectionContext
  /** When a token store last committed tokens for it; undefined where that is not known. */
  readonly refreshedAt: Date | undefined
  /** As it was stored from the last {@link Maintained}; all undefined for a new connection. */
  readonly evidence: ConnectionEvidence
}

export interface Maintained extends ToldHealth {
  /** What the account lists now; undefined where it could not be listed. */
  readonly calendars: readonly CalendarListing[] | undefined
  /** Ids that should block time from now on: those that did and are still there, and calendars of hers never seen before. */
  readonly calendarIds: readonly string[]
  /** To be stored. */
  readonly evidence: ConnectionEvidence
}

/**
 * What a host's cron says once or more a day for each connection: keeps the grant alive, lists the calendars, and finds out
 * whether it can be read. A grant that is gone is not asked again: it comes back only when the therapist reconnects.
 *
 * @param known - ids of the calendars that were listed before, ticked or not, so that a new one is known as new.
 */
export async function maintainConnection(
  binding: CalendarBinding,
  { context, refreshedAt, evidence }: MaintainedConnection,
  known: readonly string[],
  { clock = systemClock, log = silentLog }: { readonly clock?: Clock; readonly log?: Log } = {},
): Promise<Maintained> {
  let calendars: readonly CalendarListing[] | undefined
  let { calendarIds } = context
  const finished = (now: ConnectionEvidence): Maintained => ({
    calendars,
    calendarIds,
    evidence: now,
    ...connectionHealth(context.access, now, binding.features),
  })
  if (evidence.failure === 'reconnect') return finished(evidence)
  const read = await checkConnection(
    binding,
    {
      account: context,
      refreshedAt,
      failing: evidence.failure !== undefined,
      async list(signal) {
        const listings = await binding.connector.listCalendars(context, signal)
        calendars = listings
        const blocks = ({ id, kind }: CalendarListing) =>
          context.calendarIds.includes(id) || (kind === undefined && !known.includes(id))
        calendarIds = listings.filter(blocks).map(({ id }) => id)
      },
      context: async () => ({ ...context, calendarIds }),
    },
    { clock, log },
  )
  return finished(evidenceAfter(read, evidence, clock.now()))
}

function evidenceAfter(read: CheckedRead | undefined, before: ConnectionEvidence, now: Date): ConnectionEvidence {
  if (read === undefined) return before
  if ('readAt' in read) return { lastReadAt: read.readAt, failure: undefined, failingSince: undefined }
  const { reason } = read.failure
  // A failure that passes is for whoever reads next: nothing here would say until tomorrow that it has passed.
  if (isTransient(reason)) return before
  return { ...before, failure: reason, failingSince: before.failure === reason ? before.failingSince : now }
}
