import type { Request } from 'express'
import { z } from 'zod'
import type { Interval } from '../domain/interval.ts'
import { addDays, dayOf, earlierOf, isBefore, isDay, isTimeZone, isWithinYears, laterOf } from '../domain/zoned-time.ts'
import { receiving, type TenantSnapshot } from '../ports/tenant-snapshot.ts'
import type { Service, Tenant } from '../ports/tenant-store.ts'
import { lastBookableDay } from '../services/find-times.ts'
import { windowAround } from '../services/offer-slots.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { LISTED_DAYS } from './pages/booking-days.tsx'
import type { ReadSnapshot } from './rate-limit.ts'
import { Instant, isUuid, short } from './request-fields.ts'

/** Whose booking page a request is about, and what the client has chosen so far. */
export interface BookingChoices {
  /** With what is blocked at the days or the time that were chosen. */
  readonly snapshot: TenantSnapshot
  readonly tenant: Tenant
  readonly services: readonly Service[]
  readonly service: Service | undefined
  /** The zone times are shown in: the tenant's, unless the client chose another and does not meet her there. */
  readonly zone: string
  /** Of `zone`, from today to the last day that can be booked. */
  readonly day: string | undefined
  /** The day that was asked for, where it lies outside these bounds. */
  readonly unbookable: { readonly day: string; readonly why: 'past' | 'beyond' } | undefined
  /** First day of the list of days, with the same bounds. */
  readonly from: string
  readonly start: Date | undefined
  readonly now: Date
}

/** Addresses of steps may be cut or old: a part that makes no sense counts as not chosen, and the page asks again. */
const Fields = z.object({
  service: short(36).refine(isUuid).optional().catch(undefined),
  zone: short(64).refine(isTimeZone).optional().catch(undefined),
  day: short(10).refine(isDay).optional().catch(undefined),
  from: short(10).refine(isDay).optional().catch(undefined),
  start: Instant.refine(isWithinYears).optional().catch(undefined),
})

/** Undefined where there is nothing to book: no such tenant, a suspended one, or one without services. */
export async function readChoices(
  { clock }: Pick<AppDependencies, 'clock'>,
  read: ReadSnapshot,
  req: Request<{ slug: string }>,
  fields: unknown,
  signal?: AbortSignal,
): Promise<BookingChoices | undefined> {
  signal?.throwIfAborted()
  const now = clock.now()
  const chosen = Fields.parse(fields ?? {})
  const snapshot = await read(req.params.slug, windowOf(chosen, now))
  signal?.throwIfAborted()
  if (snapshot === undefined || snapshot.services.length === 0) return undefined
  const { tenant, services } = snapshot
  const { service: id, zone: wanted, day, from, start } = chosen
  const only = services.length === 1 ? services[0] : undefined
  const service = id === undefined ? only : services.find((one) => one.id === id.toLowerCase())
  const zone = wanted === undefined || service?.online === false ? tenant.timeZone : wanted
  const today = dayOf(now, zone)
  const last = lastBookableDay(tenant, zone, now)
  const bookable = (wanted: string): string => earlierOf(laterOf(wanted, today), last)
  const isWithin = day === undefined || bookable(day) === day
  return {
    snapshot,
    tenant,
    services,
    service,
    zone,
    day: isWithin ? day : undefined,
    unbookable: isWithin ? undefined : { day, why: isBefore(day, today) ? 'past' : 'beyond' },
    from: bookable(from ?? today),
    start,
    now,
  }
}

/** Whether the account that receives sessions invites their clients, at the address they book with. */
export const invitesClients = (snapshot: TenantSnapshot): boolean => receiving(snapshot)?.writing.invites ?? false

/** What is to be known of our own bookings for the step that was chosen. */
function windowOf({ day, from, start }: z.infer<typeof Fields>, now: Date): Interval {
  const today = dayOf(now, 'UTC')
  const first = laterOf(start === undefined ? (day ?? from ?? today) : dayOf(start, 'UTC'), today)
  const days = start === undefined && day === undefined ? LISTED_DAYS : 1
  return windowAround(first, addDays(first, days - 1))
}
