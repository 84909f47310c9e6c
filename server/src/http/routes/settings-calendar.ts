import type { Express, Request, Response } from 'express'
import { HOUR_MS } from '../../domain/durations.ts'
import { CalendarError, isTransient } from '../../ports/calendar-failure.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import type { ConnectOutcome } from '../../services/connect-outcome.ts'
import { ONE_MORE } from '../../services/oauth-flow.ts'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { Access, CalendarsForm, ConnectForm, eventsIn, policyIn, writingIn } from '../calendar-forms.ts'
import { cookieOf } from '../csrf.ts'
import { HttpError } from '../http-error.ts'
import { leave, show } from '../page-responses.ts'
import { askAdministratorPage } from '../pages/ask-administrator.tsx'
import { leavingPage } from '../pages/leaving.tsx'
import { settingsCalendarPage } from '../pages/settings-calendar.tsx'
import { agrees, type SettingsOutcome, settingsOutcomeOf } from '../pages/settings-outcome-words.ts'
import { byUser } from '../rate-limit.ts'
import { isUuid } from '../request-fields.ts'
import type { RouteMiddleware } from '../route-middleware.ts'
import { settingsRedirect } from '../settings-redirect.ts'
import { cookieName, cookieOptions, userOf } from '../web-session.ts'
import { calendarCallbackRoutes } from './calendar-callback.ts'

/** What saving says of a further account, whose calendars are marked in its own form. */
const OF_FURTHER = {
  saved: 'further_saved',
  saved_partly: 'further_saved_partly',
  none_ticked: 'none_ticked',
  none_read: 'none_read',
  calendars_changed: 'calendars_changed',
} as const

/** How long the page offers again what was asked for last: as long as a sign-in at a provider may take, and more. */
const ASKED_MS = HOUR_MS

const offeredIn = ({ providers }: Pick<CalendarOverview, 'providers'>, slug: unknown) =>
  providers.find(({ features }) => features.slug === slug)

/** The therapist's calendar settings: what she sees and what she decides. Returns from providers: calendar-callback.ts. */
export function settingsCalendarRoutes(app: Express, dependencies: AppDependencies, middleware: RouteMiddleware): void {
  const { connectCalendar, clock, providers, appUrl } = dependencies
  const askedCookie = cookieName('asked', appUrl)
  /** The cookie holds `bookings`, `bookings.other` where another account than the connected one was wanted, or `availability.new`. */
  const askedIn = (req: Request) => {
    const [access, other] = (cookieOf(req, askedCookie) ?? '').split('.')
    const known = Access.safeParse(access).data
    return known && { access: known, other: other === 'other', oneMore: other === ONE_MORE }
  }

  const goToSettings = settingsRedirect(middleware)

  calendarCallbackRoutes(app, dependencies, middleware)

  app
    .route('/settings/calendar')
    .get(...middleware.member, async (req, res) => {
      const user = userOf(res)
      const overview = await connectCalendar.overview(user)
      const said = settingsOutcomeOf(req.query.outcome)
      const outcome = middleware.flash.take(req, res) && said && agrees(said, overview) ? said : undefined
      const asked = askedIn(req)
      const tried = offeredIn(overview, req.query.provider)?.features
      const csrf = middleware.csrf.sessionToken(req)
      show(
        res,
        settingsCalendarPage({ overview, outcome, asked, tried, csrf, now: clock.now(), mayChange: user.owner }),
      )
    })
    .all(onlyMethods('GET'))

  app
    .route('/settings/calendar/connect')
    .post(...middleware.memberForm, middleware.limit('connect', byUser), async (req, res) => {
      const user = ownerOf(res)
      const form = ConnectForm.safeParse(req.body)
      const provider = form.success ? offeredIn({ providers }, form.data.provider) : undefined
      if (!form.success || provider === undefined) throw new HttpError('invalid')
      const { access, other, connection: further } = form.data
      if (further !== undefined && further !== ONE_MORE && !isUuid(further)) throw new HttpError('not_found')
      const more = further === ONE_MORE ? `.${ONE_MORE}` : other && '.other'
      const asked = `${access}${more ?? ''}`
      res.cookie(askedCookie, asked, { ...cookieOptions(appUrl), maxAge: ASKED_MS })
      try {
        const { type, features } = provider
        const request = { user, sessionId: req.sessionID, provider: type, access, useOtherAccount: other === '1' }
        const url = await connectCalendar.start({ ...request, ...(further !== undefined && { further }) })
        if (url === 'unknown') throw new HttpError('not_found')
        if (url === 'too_many') return goToSettings(req, res, url, form.data.provider)
        leave(res, url, leavingPage({ features, href: url.href }))
      } catch (error) {
        goToSettings(req, res, outcomeOf(error), form.data.provider)
      }
    })
    .all(onlyMethods('POST'))

  app
    .route('/settings/calendar/admin')
    .get(...middleware.member, middleware.limit('ask_administrator', byUser), async (req, res) => {
      const user = ownerOf(res)
      const overview = await connectCalendar.overview(user)
      const provider = offeredIn(overview, req.query.provider)
      if (provider === undefined) throw new HttpError('not_found')
      const access =
        Access.safeParse(req.query.access).data ?? askedIn(req)?.access ?? overview.connection?.access ?? 'bookings'
      const request = await connectCalendar.askAdministrator(user, provider.type, access)
      const { features } = provider
      const address = `${appUrl}/book/${overview.tenant.slug}`
      const member = { overview, csrf: middleware.csrf.sessionToken(req), now: clock.now() }
      show(res, askAdministratorPage({ request, access, features, address, ...member }))
    })
    .all(onlyMethods('GET'))

  app
    .route('/settings/calendar/calendars')
    .post(...middleware.memberForm, async (req, res) => {
      const user = ownerOf(res)
      const form = CalendarsForm.safeParse(req.body)
      if (!form.success) throw new HttpError('invalid')
      const { id, isFurther } = await connectionIn(req, res)
      const chosen = form.data.calendar.filter(isUuid)
      const [policy, writing] = [policyIn(form.data), writingIn(form.data)]
      const outcome = await connectCalendar.chooseCalendars(user, id, chosen, policy, writing)
      if (outcome === 'unknown') throw new HttpError('not_found')
      goToSettings(req, res, isFurther ? OF_FURTHER[outcome] : outcome)
    })
    .all(onlyMethods('POST'))

  app
    .route('/settings/calendar/check')
    .post(...middleware.memberForm, middleware.limit('check', byUser), async (req, res) => {
      const user = ownerOf(res)
      const named = req.body.connection === undefined ? undefined : await connectionIn(req, res)
      const outcome = await connectCalendar.checkCalendars(user, named?.id)
      if (outcome === 'unknown') throw new HttpError('not_found')
      goToSettings(req, res, named?.isFurther ? 'further_checked' : outcome)
    })
    .all(onlyMethods('POST'))

  app
    .route('/settings/calendar/confirm')
    .post(...middleware.memberForm, async (req, res) => {
      const user = ownerOf(res)
      const { id } = await connectionIn(req, res, 'pending')
      const outcome = await connectCalendar.confirm(user, id, eventsIn(req))
      if (outcome === undefined) throw new HttpError('not_found')
      goToSettings(req, res, outcome)
    })
    .all(onlyMethods('POST'))

  app
    .route('/settings/calendar/disconnect')
    .post(...middleware.memberForm, async (req, res) => {
      const user = ownerOf(res)
      const { features, kept, further } = await connectCalendar.overview(user)
      const { id } = await connectionIn(req, res)
      const one = further.find(({ connection }) => connection.id === id)
      if (!(await connectCalendar.disconnect(user, id, eventsIn(req)))) throw new HttpError('not_found')
      if (one !== undefined) goToSettings(req, res, 'further_disconnected', one.features?.slug)
      else if (kept.some(({ connectionId }) => connectionId === id)) goToSettings(req, res, 'access_deleted')
      else goToSettings(req, res, 'disconnected', features?.slug)
    })
    .all(onlyMethods('POST'))

  /** The connection that a form names; without that field, the tenant's. */
  async function connectionIn(
    req: Request,
    res: Response,
    which: 'active' | 'pending' = 'active',
  ): Promise<{ readonly id: string; readonly isFurther: boolean }> {
    const given: unknown = req.body.connection
    const overview = await connectCalendar.overview(userOf(res))
    if (given !== undefined) {
      if (typeof given !== 'string' || !isUuid(given)) throw new HttpError('not_found')
      return { id: given, isFurther: overview.further.some(({ connection }) => connection.id === given) }
    }
    const connection = which === 'active' ? overview.connection : overview.pending?.connection
    if (connection === undefined) throw new HttpError('not_found')
    return { id: connection.id, isFurther: false }
  }
}

function ownerOf(res: Response) {
  const user = userOf(res)
  if (!user.owner) throw new HttpError('forbidden')
  return user
}

/** Making the authorization request can fail at the provider; the settings page then says why. */
function outcomeOf(error: unknown): ConnectOutcome & SettingsOutcome {
  if (!(error instanceof CalendarError)) throw error
  if (isTransient(error.reason)) return 'unavailable'
  return error.reason === 'misconfigured' ? 'misconfigured' : 'failed'
}
