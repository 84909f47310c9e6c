import { createHash } from 'node:crypto'
import { blockedBy, sessionFrom } from '../domain/booking.ts'
import { DAY_MS } from '../domain/durations.ts'
import type { Interval } from '../domain/interval.ts'
import { isOccupied, isOnGrid, slotRules } from '../domain/slots.ts'
import type { Booking, BookingStore, Earlier, InsertOutcome } from '../ports/booking-store.ts'
import type { CalendarFailure } from '../ports/calendar-failure.ts'
import type { Clock } from '../ports/clock.ts'
import type { IssueId } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { blockedIn, receiving, type TenantSnapshot } from '../ports/tenant-snapshot.ts'
import type { Service } from '../ports/tenant-store.ts'
import type { Known } from './availability.ts'
import { logStep } from './booking-step.ts'
import type { ManageTokens } from './manage-tokens.ts'
import type { ReadFreeBusy } from './read-free-busy.ts'

export interface BookSession {
  book(request: {
    readonly snapshot: TenantSnapshot
    readonly service: Service
    readonly start: Date
    readonly client: { readonly name: string; readonly email: string }
    /** Chosen by the caller: a request that comes twice makes one booking. */
    readonly idempotencyKey: string
    /** Asked last, and only of a booking that is new and whose slot is free: whether one more is taken from this source. */
    readonly admit: () => Promise<Admission>
    readonly signal?: AbortSignal
  }): Promise<BookingOutcome>
}

export type Admission = { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number }

export type BookingOutcome =
  | { readonly kind: 'booked'; readonly booking: Booking; readonly manageToken: string }
  | { readonly kind: 'taken' | 'not_a_slot' | 'key_reused' | 'closed' }
  | { readonly kind: 'too_many'; readonly retryAfterMs: number }
  | { readonly kind: 'unreadable'; readonly because: CalendarFailure; readonly retryAfterMs: number | undefined }

const hashOf = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex')

/**
 * Books a free slot: the calendar is read afresh outside any transaction, then the database alone decides, under the
 * tenant's lock and its exclusion constraint, and queues the calendar write in the same transaction.
 */
export function createBookSession(parts: {
  readonly bookings: Pick<BookingStore, 'blocked' | 'byIdempotencyKey' | 'insert' | 'replaceManageToken'>
  readonly freeBusy: ReadFreeBusy
  readonly manageTokens: ManageTokens
  readonly issueId: IssueId
  readonly clock: Clock
  readonly log: Log
}): BookSession {
  type Request = Parameters<BookSession['book']>[0]

  const booked = (booking: Booking): BookingOutcome => ({
    kind: 'booked',
    booking,
    manageToken: parts.manageTokens.issue(booking.id),
  })

  /** A request that is repeated after SESSION_SECRET was changed gets a link that works, too: the former one works no more. */
  const bookedEarlier = async ({ booking, manageTokenHash }: Earlier): Promise<BookingOutcome> => {
    const tokenHash = parts.manageTokens.hash(parts.manageTokens.issue(booking.id))
    if (tokenHash !== manageTokenHash)
      await parts.bookings.replaceManageToken(booking.tenantId, booking.id, manageTokenHash, tokenHash)
    return booked(booking)
  }

  const outcomeOf = async (inserted: InsertOutcome): Promise<BookingOutcome> => {
    // The next try reads the account, too.
    if (inserted.kind === 'account_unread')
      return { kind: 'unreadable', because: 'unavailable', retryAfterMs: undefined }
    if (inserted.kind === 'replayed') return bookedEarlier(inserted)
    return inserted.kind === 'booked' ? booked(inserted.booking) : { kind: inserted.kind }
  }

  const replay = async (
    { snapshot: { tenant } }: Request,
    keyHash: string,
    requestHash: string,
  ): Promise<BookingOutcome | undefined> => {
    const earlier = await parts.bookings.byIdempotencyKey(tenant.id, keyHash)
    if (earlier === undefined) return undefined
    return earlier.requestHash === requestHash ? bookedEarlier(earlier) : { kind: 'key_reused' }
  }

  const insert = async (
    request: Request,
    session: Interval,
    hashes: { readonly keyHash: string; readonly requestHash: string },
    availability: Known,
    isOffered: (blocked: readonly Interval[]) => boolean,
  ): Promise<BookingOutcome> => {
    const { snapshot, service, client } = request
    const { tenant } = snapshot
    const id = parts.issueId()
    const outcome = await parts.bookings.insert(
      {
        id,
        tenantId: tenant.id,
        serviceId: service.id,
        session,
        blocked: blockedBy(session, service),
        clientName: client.name,
        clientEmail: client.email.toLowerCase(),
        manageTokenHash: parts.manageTokens.hash(parts.manageTokens.issue(id)),
        idempotencyKeyHash: hashes.keyHash,
        requestHash: hashes.requestHash,
        calendarCheck: availability.check,
        calendarCheckedAt: availability.checkedAt,
        readConnectionIds: availability.connectionIds,
        wantsEvent: receiving(snapshot) !== undefined,
      },
      parts.clock.now(),
      isOffered,
    )
    if (outcome.kind === 'booked')
      logStep(parts.log, 'booking_created', { tenantId: tenant.id, bookingId: id, session })
    return outcomeOf(outcome)
  }

  return {
    async book(request): Promise<BookingOutcome> {
      const { snapshot, service, start, client, idempotencyKey, signal } = request
      const { tenant } = snapshot
      const keyHash = hashOf(idempotencyKey)
      const requestHash = hashOf(service.id, start.toISOString(), client.name, client.email.toLowerCase())
      const replayed = await replay(request, keyHash, requestHash)
      if (replayed !== undefined) return replayed
      if (tenant.closed) return { kind: 'closed' }
      // A form that was sent twice at once finds the time taken by its own booking: that is a replay, and not `taken`.
      const replayedOr = async (outcome: BookingOutcome) => (await replay(request, keyHash, requestHash)) ?? outcome

      const rules = slotRules(tenant, service, snapshot.workingHours)
      if (!isOnGrid(rules, start, parts.clock.now())) return { kind: 'not_a_slot' }
      const session = sessionFrom(start, service)
      const nearby = {
        start: new Date(session.start.getTime() - DAY_MS),
        end: new Date(session.end.getTime() + DAY_MS),
      }
      // What our own bookings block is known without reading the calendar.
      const blocked = blockedIn(snapshot, nearby) ?? (await parts.bookings.blocked(tenant.id, nearby))
      if (isOccupied(session, service, { blocked, busy: [] })) return replayedOr({ kind: 'taken' })

      const availability = await parts.freeBusy.forConfirmation(snapshot, session, signal)
      if (!availability.known)
        return replayedOr({
          kind: 'unreadable',
          because: availability.because,
          retryAfterMs: availability.retryAfterMs,
        })
      if (isOccupied(session, service, { blocked: [], busy: availability.busy })) return replayedOr({ kind: 'taken' })

      const admission = await request.admit()
      if (!admission.allowed) return replayedOr({ kind: 'too_many', retryAfterMs: admission.retryAfterMs })
      const isOffered = (now: readonly Interval[]) =>
        !isOccupied(session, service, { blocked: now, busy: availability.busy })
      return insert(request, session, { keyHash, requestHash }, availability, isOffered)
    },
  }
}
