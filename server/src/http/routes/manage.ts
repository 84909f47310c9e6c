import type { Express, Response } from 'express'
import { isTimeZone } from '../../domain/zoned-time.ts'
import type { Booking } from '../../ports/booking-store.ts'
import type { Tenant } from '../../ports/tenant-store.ts'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { goTo, show } from '../page-responses.ts'
import { calendarFile } from '../pages/calendar-file.ts'
import { LANGUAGE_TAGS } from '../pages/formatting.ts'
import { type ManagePage, managePage, unknownBookingPage } from '../pages/manage.tsx'
import { readByClient } from '../reader-locale.ts'
import { noteTenant } from '../request-log.ts'
import type { RouteMiddleware } from '../route-middleware.ts'
import { textsOf } from '../texts/texts.ts'

/** A token of at least 128 bits, in base64url. */
const TOKEN = /^[\w-]{20,128}$/

/** The client's page of one booking: whoever has its link may see and cancel it, and looking changes nothing. */
export function manageRoutes(app: Express, dependencies: AppDependencies, middleware: RouteMiddleware): void {
  const { cancelBooking, clock } = dependencies

  /** Whose booking the link is of: for the log, and for the language of whatever is shown. */
  const findBy = async (token: string, res: Response): ReturnType<typeof cancelBooking.find> => {
    const found = TOKEN.test(token) ? await cancelBooking.find(token) : undefined
    if (found !== undefined) {
      noteTenant(res, found.tenant)
      readByClient(res, found.tenant)
    }
    return found
  }

  // A link that was posted somewhere is found by no search.
  app.use('/manage', (_req, res, next) => {
    res.set('X-Robots-Tag', 'noindex, nofollow')
    next()
  })

  app
    .route('/manage/:token')
    .get(middleware.limit('public'), async (req, res) => {
      const { token } = req.params
      const found = await findBy(token, res)
      if (found === undefined) return show(res, unknownBookingPage(), 'not_found')
      const { booking, tenant, cancellable } = found
      const zone = zoneOf(req.query, found)
      const state = stateOf(booking, cancellable, clock.now())
      show(res, managePage({ booking, tenant, zone, state, token, csrf: middleware.csrf.browserToken(req, res) }))
    })
    .all(onlyMethods('GET'))

  app
    .route('/manage/:token/session.ics')
    .get(middleware.limit('public'), async (req, res) => {
      const { token } = req.params
      const found = await findBy(token, res)
      if (found === undefined || found.booking.status === 'CANCELLED')
        return show(res, unknownBookingPage(), 'not_found')
      const { language } = readByClient(res, found.tenant)
      res.attachment(textsOf({ language }).calendarFile.file).type('text/calendar')
      res.set('Content-Language', LANGUAGE_TAGS[language])
      res.send(calendarFile({ ...found, appUrl: dependencies.appUrl, now: clock.now(), language }))
    })
    .all(onlyMethods('GET'))

  app
    .route('/manage/:token/cancel')
    .post(middleware.limit('public'), middleware.form, middleware.csrf.requireBrowserToken, async (req, res) => {
      const { token } = req.params
      const found = await findBy(token, res)
      if (found === undefined) return show(res, unknownBookingPage(), 'not_found')
      await cancelBooking.byClient(found)
      // The page itself says what became of it: cancelled, or too late.
      goTo(res, `/manage/${token}${queryOf(zoneOf(req.body, found), found)}`)
    })
    .all(onlyMethods('POST'))
}

/** The zone that times are shown in: the practice's, unless the session is online and the client chose another. */
function zoneOf(
  { zone }: { readonly zone?: unknown },
  { booking, tenant }: { readonly booking: Booking; readonly tenant: Tenant },
): string {
  return typeof zone === 'string' && booking.service.online && isTimeZone(zone) ? zone : tenant.timeZone
}

const queryOf = (zone: string, { tenant }: { readonly tenant: Tenant }): string =>
  zone === tenant.timeZone ? '' : `?${new URLSearchParams({ zone })}`

function stateOf(
  booking: { readonly status: string; readonly startsAt: Date; readonly endsAt: Date },
  cancellable: boolean,
  now: Date,
): ManagePage['state'] {
  if (booking.status === 'CANCELLED') return 'cancelled'
  if (booking.endsAt <= now) return 'past'
  return cancellable ? 'booked' : 'too_late'
}
