import type { Request } from 'express'
import { z } from 'zod'
import { dayOf, earlierOf, isBefore, isDay, isTimeZone, isWithinYears, laterOf } from '../domain/zoned-time.ts'
import type { Service, Tenant } from '../ports/tenant-store.ts'
import { lastBookableDay } from '../services/find-times.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { Instant, isUuid, short } from './request-fields.ts'

/** Whose booking page a request is about, and what the client has chosen so far. */
export interface BookingChoices {
  readonly tenant: Tenant
  readonly services: readonly Service[]
  readonly service: Service | undefined
  /** The zone times are shown in: the tenant's, unless the session is online and the client chose another. */
  readonly zone: string
  /** Of `zone`, between today and the last day that can be booked. */
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
  { tenants, clock }: Pick<AppDependencies, 'tenants' | 'clock'>,
  req: Request<{ slug: string }>,
  fields: unknown,
  signal?: AbortSignal,
): Promise<BookingChoices | undefined> {
  signal?.throwIfAborted()
  const tenant = await tenants.bySlug(req.params.slug)
  if (tenant === undefined || tenant.suspended) return undefined
  signal?.throwIfAborted()
  const services = await tenants.services(tenant.id)
  signal?.throwIfAborted()
  if (services.length === 0) return undefined
  const { service: id, zone: wanted, day, from, start } = Fields.parse(fields ?? {})
  const only = services.length === 1 ? services[0] : undefined
  const service = id === undefined ? only : services.find((one) => one.id === id.toLowerCase())
  const zone = service?.online && wanted !== undefined ? wanted : tenant.timeZone
  const now = clock.now()
  const today = dayOf(now, zone)
  const last = lastBookableDay(tenant, zone, now)
  const bookable = (wanted: string): string => earlierOf(laterOf(wanted, today), last)
  return {
    tenant,
    services,
    service,
    zone,
    day: day && bookable(day),
    unbookable:
      day === undefined || bookable(day) === day ? undefined : { day, why: isBefore(day, today) ? 'past' : 'beyond' },
    from: bookable(from ?? today),
    start,
    now,
  }
}
