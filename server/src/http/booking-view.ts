import { randomBytes } from 'node:crypto'
import type { Request } from 'express'
import { z } from 'zod'
import type { Interval } from '../domain/interval.ts'
import {
  addDays,
  dayInterval,
  dayOf,
  earlierOf,
  isBefore,
  isDay,
  isTimeZone,
  isWithinYears,
  laterOf,
} from '../domain/zoned-time.ts'
import type { Service, Tenant } from '../ports/tenant-store.ts'
import type { Unreadable } from '../services/read-free-busy.ts'
import type { AppParts } from './app-parts.ts'
import { Instant, isUuid, MAX_DAYS, short } from './request-fields.ts'

export const DAYS_A_PAGE = 14

/** Whose page it is, and what the client has chosen so far. */
export interface BookingView {
  readonly tenant: Tenant
  readonly services: readonly Service[]
  readonly service: Service | undefined
  /** The zone times are shown in. Sessions in person are shown in the therapist's only. */
  readonly zone: string
  /** From today to the last day that can be booked. */
  readonly day: string | undefined
  /** First day of the list of days. */
  readonly from: string
  readonly start: Date | undefined
  readonly now: Date
}

/** Addresses of steps may be cut or old: a part that makes no sense counts as not chosen, and the page asks again. */
const Choices = z.object({
  service: short(36).refine(isUuid).optional().catch(undefined),
  zone: short(64).refine(isTimeZone).optional().catch(undefined),
  day: short(10).refine(isDay).optional().catch(undefined),
  from: short(10).refine(isDay).optional().catch(undefined),
  start: Instant.refine(isWithinYears).optional().catch(undefined),
})

/** Undefined for unknown and closed pages alike. */
export async function bookingView(
  { tenants, clock }: Pick<AppParts, 'tenants' | 'clock'>,
  req: Request<{ slug: string }>,
  fields: unknown,
  signal?: AbortSignal,
): Promise<BookingView | undefined> {
  signal?.throwIfAborted()
  const tenant = await tenants.bySlug(req.params.slug)
  if (tenant === undefined || tenant.suspended) return undefined
  signal?.throwIfAborted()
  const services = await tenants.services(tenant.id)
  signal?.throwIfAborted()
  if (services.length === 0) return undefined
  const { service: id, zone: wanted, day, from, start } = Choices.parse(fields ?? {})
  const only = services.length === 1 ? services[0] : undefined
  const service = id === undefined ? only : services.find((one) => one.id === id.toLowerCase())
  const zone = service?.online && wanted !== undefined ? wanted : tenant.timeZone
  const now = clock.now()
  const today = dayOf(now, zone)
  const last = lastDay(tenant, zone, now)
  const bookable = (wanted: string): string => earlierOf(laterOf(wanted, today), last)
  return { tenant, services, service, zone, day: day && bookable(day), from: bookable(from ?? today), start, now }
}

/** The last day that can be booked, in that zone. */
export const lastDay = (tenant: Tenant, zone: string, now: Date): string =>
  addDays(dayOf(now, zone), tenant.horizonDays)

export type OfferedTimes = { readonly known: true; readonly slots: readonly Interval[] } | Unreadable

type Chosen = Pick<BookingView, 'tenant' | 'zone' | 'now'> & { readonly service: Service }

/** Free times that start on these days of the client's zone, which may reach into other days of the therapist's. */
export async function timesBetween(
  { offerSlots }: Pick<AppParts, 'offerSlots'>,
  { tenant, service, zone }: Chosen,
  first: string,
  last: string,
  signal: AbortSignal,
): Promise<OfferedTimes> {
  const window: Interval = { start: dayInterval(first, zone).start, end: dayInterval(last, zone).end }
  const offer = await offerSlots.offer({
    tenant,
    service,
    firstDay: dayOf(window.start, tenant.timeZone),
    lastDay: dayOf(new Date(window.end.getTime() - 1), tenant.timeZone),
    signal,
  })
  if (!offer.known) return offer
  return { known: true, slots: offer.slots.filter(({ start }) => start >= window.start && start < window.end) }
}

/** A window of the client's days may touch one more day of the therapist's at each end. */
const SEARCH_DAYS = MAX_DAYS - 2
/** Enough for the longest horizon, 366 days (constraint tenant_rules). */
const SEARCH_ROUNDS = 13

/** The first free time from that day on; `none` when there is nothing up to the horizon. */
export async function nextFree(
  parts: Pick<AppParts, 'offerSlots'>,
  chosen: Chosen,
  from: string,
  signal: AbortSignal,
): Promise<Interval | 'none' | Unreadable> {
  const last = lastDay(chosen.tenant, chosen.zone, chosen.now)
  for (let round = 0; round < SEARCH_ROUNDS; round += 1) {
    const first = addDays(from, round * SEARCH_DAYS)
    if (isBefore(last, first)) break
    const times = await timesBetween(parts, chosen, first, earlierOf(addDays(first, SEARCH_DAYS - 1), last), signal)
    if (!times.known) return times
    const [soonest] = times.slots
    if (soonest !== undefined) return soonest
  }
  return 'none'
}

const NEAREST = 6
const DAYS_BEFORE = 3
const DAYS_AFTER = 14

/** The free times closest to one that cannot be had, in order of time. */
export async function timesNear(
  parts: Pick<AppParts, 'offerSlots'>,
  chosen: Chosen,
  wanted: Date,
  signal: AbortSignal,
): Promise<OfferedTimes> {
  const today = dayOf(chosen.now, chosen.zone)
  const last = lastDay(chosen.tenant, chosen.zone, chosen.now)
  const day = earlierOf(laterOf(dayOf(wanted, chosen.zone), today), last)
  const first = laterOf(addDays(day, -DAYS_BEFORE), today)
  const times = await timesBetween(parts, chosen, first, addDays(day, DAYS_AFTER), signal)
  if (!times.known) return times
  const distance = ({ start }: Interval): number => Math.abs(start.getTime() - wanted.getTime())
  const nearest = [...times.slots].sort((a, b) => distance(a) - distance(b)).slice(0, NEAREST)
  return { known: true, slots: nearest.sort((a, b) => a.start.getTime() - b.start.getTime()) }
}

/** Hidden in the form, so that sending it twice makes one booking. */
export const newKey = (): string => randomBytes(16).toString('base64url')
