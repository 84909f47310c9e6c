import type { Express, Request, Response } from 'express'
import { z } from 'zod'
import { waitsForPeople } from '../../domain/connection-health.ts'
import { addDays, dayOf, isDay, weekdayOf } from '../../domain/zoned-time.ts'
import type { TenantSnapshot } from '../../ports/tenant-snapshot.ts'
import type { Service, WorkingRange } from '../../ports/tenant-store.ts'
import type { Explanation } from '../../services/explain-slots.ts'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { waiting } from '../client-left.ts'
import { HttpError } from '../http-error.ts'
import { goTo, show } from '../page-responses.ts'
import { mondayOf, whatClientsSeePage } from '../pages/what-clients-see.tsx'
import { WHAT_CLIENTS_SEE } from '../pages/what-clients-see-link.tsx'
import { byUser } from '../rate-limit.ts'
import { isUuid, short } from '../request-fields.ts'
import type { RouteMiddleware } from '../route-middleware.ts'
import { userOf } from '../web-session.ts'

/** As on the booking page, a part of an address that makes no sense counts as not chosen. */
const Fields = z.object({
  service: short(36).refine(isUuid).optional().catch(undefined),
  week: short(10).refine(isDay).optional().catch(undefined),
  outcome: z.literal('checked').optional().catch(undefined),
})

/** The week as clients meet it, and why, for the therapist. */
export function whatClientsSeeRoutes(app: Express, dependencies: AppDependencies, middleware: RouteMiddleware): void {
  const { snapshots, connectCalendar, explainSlots, findTimes, clock } = dependencies

  app
    .route(WHAT_CLIENTS_SEE)
    .get(...middleware.member, async (req, res) => {
      const user = userOf(res)
      const signal = waiting(res)
      const now = clock.now()
      const snapshot = await snapshots.byId(user.tenantId, { start: now, end: now })
      if (snapshot === undefined) throw new HttpError('not_found')
      const { tenant, services, workingHours } = snapshot
      const asked = Fields.parse(req.query)
      // Clients of a closed practice see no week.
      const service = tenant.closed
        ? undefined
        : (services.find(({ id }) => id === asked.service?.toLowerCase()) ?? services[0])
      const week = mondayOf(asked.week ?? firstShown(dayOf(now, tenant.timeZone), workingHours))
      const checked = middleware.flash.take(req, res) && asked.outcome === 'checked'
      const days = { firstDay: week, lastDay: addDays(week, 6) }
      const explanation =
        service && (await explainSlots.explain({ snapshot, service, ...days, afresh: checked, signal }))
      const first = service && explanation && (await firstFree(snapshot, service, explanation, signal))
      // After the calendar was read: its health is what that read has found.
      const overview = await connectCalendar.overview(user)
      const csrf = middleware.csrf.sessionToken(req)
      const chosen = { services, service, workingHours, week, explanation, first, checked, mayCheck: user.owner }
      show(res, whatClientsSeePage({ overview, csrf, now, ...chosen }))
    })
    .all(onlyMethods('GET'))

  app
    .route(`${WHAT_CLIENTS_SEE}/check`)
    .post(...middleware.memberForm, middleware.limit('check', byUser), async (req, res) => {
      const user = userOf(res)
      if (!user.owner) throw new HttpError('forbidden')
      const { health } = await connectCalendar.overview(user)
      // The page itself reads the calendars that clients' times depend on, but not where a read waits for people.
      const outcome = await (waitsForPeople(health.state)
        ? connectCalendar.checkCalendars(user)
        : connectCalendar.listCalendars(user))
      if (outcome === 'unknown') throw new HttpError('not_found')
      goToChecked(req, res)
    })
    .all(onlyMethods('POST'))

  function goToChecked(req: Request, res: Response): void {
    const { service, week } = Fields.parse(req.body)
    const query = new URLSearchParams({ ...(service && { service }), ...(week && { week }), outcome: 'checked' })
    const path = `${WHAT_CLIENTS_SEE}?${query}` as const
    middleware.flash.set(req, res, path)
    goTo(res, path)
  }

  /** Undefined where the calendar cannot be read. */
  async function firstFree(
    snapshot: TenantSnapshot,
    service: Service,
    explanation: Explanation,
    signal: AbortSignal,
  ): Promise<Date | 'none' | undefined> {
    if (!explanation.known) return undefined
    const [now, zone] = [clock.now(), snapshot.tenant.timeZone]
    const [shown] = explanation.days.flatMap(({ stretches }) =>
      stretches.flatMap((stretch) => (stretch.is === 'free' ? stretch.starts : [])),
    )
    // Nothing comes before the week in which today is.
    if (shown !== undefined && explanation.days.some(({ day }) => day === dayOf(now, zone))) return shown
    const found = await findTimes.firstFrom({ snapshot, service, zone, now }, dayOf(now, zone), signal)
    if (found === 'none') return found
    return 'known' in found ? undefined : found.start
  }
}

/** Today; from the last working day of a week on, a day of the next. */
const firstShown = (today: string, workingHours: readonly WorkingRange[]): string =>
  workingHours.length === 0 || workingHours.some(({ weekday }) => weekday >= weekdayOf(today))
    ? today
    : addDays(today, 7)
