import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import { mayPass } from '../../domain/connection-health.ts'
import { addDays, dayOf, eachDay, earlierOf, isBefore } from '../../domain/zoned-time.ts'
import type { Service } from '../../ports/tenant-store.ts'
import type { Unreadable } from '../../services/availability.ts'
import { lastBookableDay } from '../../services/find-times.ts'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { type BookingChoices, invitesClients, readChoices } from '../booking-choices.ts'
import { waiting } from '../client-left.ts'
import { retrySeconds } from '../http-error.ts'
import { show } from '../page-responses.ts'
import { closedForNowPage, noLongerBookablePage, nothingFreePage } from '../pages/booking-closed.tsx'
import { daysPage, LISTED_DAYS, noTimesPage } from '../pages/booking-days.tsx'
import { detailsPage } from '../pages/booking-details.tsx'
import { stepUrl } from '../pages/booking-layout.tsx'
import { servicesPage } from '../pages/booking-services.tsx'
import { timesPage } from '../pages/booking-times.tsx'
import { closedPage, unreadablePage } from '../pages/booking-unavailable.tsx'
import type { ReadSnapshot } from '../rate-limit.ts'
import { readByClient } from '../reader-locale.ts'
import { newIdempotencyKey } from '../request-fields.ts'
import { noteTenant } from '../request-log.ts'
import type { RouteMiddleware } from '../route-middleware.ts'
import { submitBooking } from './booking-submit.ts'

const FORM_LIMIT = '32kb'

type Chosen = BookingChoices & { readonly service: Service }

/**
 * The public booking page. Each step is an address without anything personal in it: service, day, time, details.
 * Only the days and the times read the calendar.
 */
export function bookingRoutes(app: Express, dependencies: AppDependencies, middleware: RouteMiddleware): void {
  const { findTimes } = dependencies
  const form = express.urlencoded({ extended: false, limit: FORM_LIMIT, parameterLimit: 50 })
  app
    .route('/book/:slug')
    .get(revisitable, middleware.limitedRead('public', showStep))
    .post(middleware.limit('public'), middleware.session, form, submitBooking(dependencies, middleware))
    .all(onlyMethods('GET', 'POST'))

  async function showStep(req: Request<{ slug: string }>, res: Response, read: ReadSnapshot): Promise<void> {
    const signal = waiting(res)
    const choices = await readChoices(dependencies, read, req, req.query, signal)
    if (choices === undefined) return show(res, closedPage(), 'not_found')
    noteTenant(res, choices.tenant)
    readByClient(res, choices.tenant)
    if (choices.tenant.closed) return show(res, noLongerBookablePage(choices), 'closed')
    const { service } = choices
    if (service === undefined) return show(res, servicesPage(choices))
    const chosen: Chosen = { ...choices, service }
    const { start, day } = choices
    if (start !== undefined) return showDetails(req, res, chosen, start)
    if (choices.unbookable !== undefined) return showUnbookable(res, chosen, choices.unbookable, signal)
    await (day === undefined ? showDays(res, chosen, signal) : showTimes(res, chosen, day, signal))
  }

  function showDetails(req: Request<{ slug: string }>, res: Response, chosen: Chosen, start: Date): void {
    const fresh = {
      csrf: middleware.csrf.browserToken(req, res),
      idempotencyKey: newIdempotencyKey(),
      invites: invitesClients(chosen.snapshot),
    }
    show(res, detailsPage({ ...chosen, ...fresh, start, typed: { name: '', email: '' }, errors: [] }))
  }

  async function showDays(res: Response, chosen: Chosen, signal: AbortSignal): Promise<void> {
    const { tenant, zone, from, now } = chosen
    const horizon = lastBookableDay(tenant, zone, now)
    const last = earlierOf(addDays(from, LISTED_DAYS - 1), horizon)
    const times = await findTimes.between(chosen, from, last, signal)
    if (!times.known) return showUnreadable(res, chosen, { from }, times)
    const counts = new Map(eachDay(from, last).map((day) => [day, 0]))
    for (const { start } of times.slots) {
      const day = dayOf(start, zone)
      counts.set(day, (counts.get(day) ?? 0) + 1)
    }
    const days = [...counts].map(([day, times]) => ({ day, times }))
    if (times.slots.length > 0) return show(res, daysPage({ days, last, horizon, ...chosen }))
    const next = isBefore(last, horizon) ? await findTimes.firstFrom(chosen, addDays(last, 1), signal) : 'none'
    if (next !== 'none' && 'known' in next) return showUnreadable(res, chosen, { from }, next)
    if (next === 'none' && from === dayOf(chosen.now, zone)) {
      const why = findTimes.offersAny(chosen) ? 'full' : 'no_hours'
      return show(res, nothingFreePage({ why, until: horizon, ...chosen }))
    }
    show(
      res,
      noTimesPage({
        ...chosen,
        day: undefined,
        why: 'range',
        until: horizon,
        next: next === 'none' ? undefined : next.start,
      }),
    )
  }

  async function showUnbookable(
    res: Response,
    chosen: Chosen,
    { day, why }: NonNullable<BookingChoices['unbookable']>,
    signal: AbortSignal,
  ): Promise<void> {
    const { tenant, zone, now } = chosen
    const next = await findTimes.firstFrom(chosen, dayOf(now, zone), signal)
    if (next !== 'none' && 'known' in next) return showUnreadable(res, chosen, {}, next)
    const until = lastBookableDay(tenant, zone, now)
    show(res, noTimesPage({ why, until, next: next === 'none' ? undefined : next.start, ...chosen, day }))
  }

  async function showTimes(res: Response, chosen: Chosen, day: string, signal: AbortSignal): Promise<void> {
    const { tenant, zone, now } = chosen
    const times = await findTimes.between(chosen, day, day, signal)
    if (!times.known) return showUnreadable(res, chosen, { day }, times)
    if (times.slots.length > 0) return show(res, timesPage({ slots: times.slots, ...chosen, day }))
    const next = await findTimes.firstFrom(chosen, addDays(day, 1), signal)
    if (next !== 'none' && 'known' in next) return showUnreadable(res, chosen, { day }, next)
    const why = findTimes.whyNone(chosen, day)
    const until = lastBookableDay(tenant, zone, now)
    show(res, noTimesPage({ why, until, next: next === 'none' ? undefined : next.start, ...chosen, day }))
  }
}

function showUnreadable(
  res: Response,
  chosen: Chosen,
  step: Readonly<Record<string, string>>,
  { because, retryAfterMs }: Unreadable,
): void {
  const { tenant } = chosen
  const page = mayPass(because)
    ? unreadablePage({ tenant, again: stepUrl(chosen, step) })
    : closedForNowPage({ tenant })
  show(res, page, 'unreadable', retrySeconds(retryAfterMs))
}

/** Lets a browser keep a step for its Back button: it shows nothing personal, and what was typed on it must not be lost. */
const revisitable: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'private, no-cache')
  next()
}
