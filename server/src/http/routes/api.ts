import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import type { Interval } from '../../domain/interval.ts'
import { countDays, dayOf, isBefore, isDay, isoTexts } from '../../domain/zoned-time.ts'
import type { TenantSnapshot } from '../../ports/tenant-snapshot.ts'
import type { Service } from '../../ports/tenant-store.ts'
import type { BookingOutcome } from '../../services/book-session.ts'
import { MAX_DAYS, windowAround } from '../../services/offer-slots.ts'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { admitBooking } from '../booking-admission.ts'
import { waiting } from '../client-left.ts'
import { HttpError, retrySeconds } from '../http-error.ts'
import type { ReadSnapshot } from '../rate-limit.ts'
import { ClientEmail, ClientName, IdempotencyKey, Instant } from '../request-fields.ts'
import { noteTenant } from '../request-log.ts'
import type { RouteMiddleware } from '../route-middleware.ts'

const BODY_LIMIT = '32kb'

const SlotsQuery = z.object({
  service: z.string(),
  from: z.string().refine(isDay),
  to: z.string().refine(isDay),
})

const BookingBody = z.object({
  service: z.string(),
  start: Instant,
  client: z.object({ name: ClientName, email: ClientEmail }),
})

/** The JSON API: no cookies, no session, so no other site's page can act as anybody here. */
export function apiRoutes(
  app: Express,
  dependencies: AppDependencies,
  { limit, limitedRead, countTry }: RouteMiddleware,
): void {
  const { offerSlots, bookSession, snapshots, appUrl, clock } = dependencies
  // Before the limit of the others: it is counted by the statement that reads its snapshot.
  app.get('/api/v1/tenants/:slug/slots', limitedRead('api', showSlots))
  app.use('/api', limit('api'))

  app
    .route('/api/v1/tenants/:slug/services')
    .get(async (req, res) => {
      const today = dayOf(clock.now(), 'UTC')
      const { services } = open(await snapshotOf(snapshots.bySlug, req, res, { from: today, to: today }))
      res.json({ services: services.map(({ id, name, durationMinutes }) => ({ id, name, durationMinutes })) })
    })
    .all(onlyMethods('GET'))

  app.all('/api/v1/tenants/:slug/slots', onlyMethods('GET'))

  app
    .route('/api/v1/tenants/:slug/bookings')
    .post(onlyJson, express.json({ limit: BODY_LIMIT }), async (req, res) => {
      const key = IdempotencyKey.safeParse(req.get('idempotency-key'))
      if (!key.success)
        throw new HttpError('invalid', { detail: 'Idempotency-Key must be a header of 1 to 255 printable characters' })
      const body = checked(BookingBody, req.body)
      const { start, client } = body
      const day = dayOf(start, 'UTC')
      const snapshot = await snapshotOf(snapshots.bySlug, req, res, { from: day, to: day })
      const service = serviceOf(snapshot, body.service)
      const made = bookedOf(
        await bookSession.book({
          snapshot,
          service,
          start,
          client,
          idempotencyKey: key.data,
          admit: () => admitBooking(countTry, { tenantId: snapshot.tenant.id, user: undefined }, req, res),
        }),
      )
      const { id, startsAt, endsAt } = made.booking
      res.status(201).json({
        id,
        ...inIso(isoTexts())({ start: startsAt, end: endsAt }),
        manageUrl: `${appUrl}/manage/${encodeURIComponent(made.manageToken)}`,
      })
    })
    .all(onlyMethods('POST'))

  async function showSlots(req: Request<{ slug: string }>, res: Response, read: ReadSnapshot): Promise<void> {
    const signal = waiting(res)
    signal.throwIfAborted()
    const { service: id, from, to } = checked(SlotsQuery, req.query)
    checkRange(from, to)
    const snapshot = open(await snapshotOf(read, req, res, { from, to }))
    signal.throwIfAborted()
    const service = serviceOf(snapshot, id)
    const offer = await offerSlots.offer({ snapshot, service, firstDay: from, lastDay: to, signal })
    if (!offer.known) throw new HttpError('unreadable', { retryAfterSeconds: retrySeconds(offer.retryAfterMs) })
    const { checkedAt, slots } = offer
    res.json({
      timeZone: snapshot.tenant.timeZone,
      checkedAt: checkedAt?.toISOString() ?? null,
      slots: slots.map(inIso(isoTexts())),
    })
  }
}

const onlyJson: RequestHandler = (req, _res, next) => {
  const type = (req.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  next(type === 'application/json' ? undefined : new HttpError('wrong_type'))
}

/** Names the fields that are wrong, never what they held. */
function checked<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const fields = [...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'body'))]
  throw new HttpError('invalid', { detail: `Missing or not valid: ${fields.join(', ')}` })
}

function checkRange(from: string, to: string): void {
  if (isBefore(to, from)) throw new HttpError('invalid', { detail: '`to` lies before `from`' })
  if (countDays(from, to) > MAX_DAYS) throw new HttpError('invalid', { detail: `At most ${MAX_DAYS} days at once` })
}

async function snapshotOf(
  read: ReadSnapshot,
  req: Request<{ slug: string }>,
  res: Response,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<TenantSnapshot> {
  const snapshot = await read(req.params.slug, windowAround(from, to))
  if (snapshot === undefined) throw new HttpError('not_found')
  noteTenant(res, snapshot.tenant)
  return snapshot
}

/** A request for a booking is told by the service that the practice has closed: it may have been made before. */
function open(snapshot: TenantSnapshot): TenantSnapshot {
  if (snapshot.tenant.closed) throw new HttpError('closed')
  return snapshot
}

function serviceOf({ services }: TenantSnapshot, id: string): Service {
  const service = services.find((one) => one.id === id.toLowerCase())
  if (service === undefined) throw new HttpError('not_found')
  return service
}

function bookedOf(outcome: BookingOutcome): Extract<BookingOutcome, { kind: 'booked' }> {
  switch (outcome.kind) {
    case 'booked':
      return outcome
    case 'too_many':
      throw new HttpError('too_many', {
        detail: 'As many sessions were booked within an hour as are taken from one address or for one practice',
        retryAfterSeconds: retrySeconds(outcome.retryAfterMs),
      })
    case 'unreadable':
      throw new HttpError('unreadable', { retryAfterSeconds: retrySeconds(outcome.retryAfterMs) })
    case 'taken':
    case 'not_a_slot':
    case 'key_reused':
    case 'closed':
      throw new HttpError(outcome.kind)
  }
}

const inIso =
  (textOf: (instant: Date) => string) =>
  ({ start, end }: Interval): { start: string; end: string } => ({ start: textOf(start), end: textOf(end) })
