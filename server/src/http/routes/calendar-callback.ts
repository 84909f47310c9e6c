import type { Express, Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import type { CalendarProviderType } from '../../ports/calendar-provider-type.ts'
import type { Callback } from '../../services/oauth-flow.ts'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { HttpError } from '../http-error.ts'
import { show } from '../page-responses.ts'
import { administratorDonePage, unknownApprovalPage, unusableCallbackPage } from '../pages/calendar-callback.tsx'
import { byAddress } from '../rate-limit.ts'
import { short } from '../request-fields.ts'
import type { RouteMiddleware } from '../route-middleware.ts'
import { settingsRedirect } from '../settings-redirect.ts'
import { currentUser, isOver } from '../web-session.ts'

/**
 * What a provider may send back. Each is one string of bounded length; authorization codes are the longest, and
 * those that providers are known to send stay far below this.
 */
const Answer = z.object({
  state: short(512).min(1),
  code: short(8192).min(1).optional(),
  error: short(200).min(1).optional(),
  error_subcode: short(200).optional(),
  error_description: short(8192).optional(),
  iss: short(500).optional(),
})

/** The therapist's callback has a code or an error; her administrator's may have neither. */
const Outcome = Answer.refine(({ code, error }) => code !== undefined || error !== undefined)

type CallbackRequest = Request<{ provider: string }>

/**
 * Where providers send the therapist, and her administrator, back to. These never start, switch or extend anybody's
 * session, never render what was sent, and end at an address without it.
 */
export function calendarCallbackRoutes(app: Express, dependencies: AppDependencies, middleware: RouteMiddleware): void {
  const { connectCalendar, providers, tenants } = dependencies
  const goToSettings = settingsRedirect(middleware)
  const find = currentUser(dependencies.users, dependencies.clock, { extends: false })
  const typeOf = (slug: string): CalendarProviderType => {
    const found = providers.find(({ features }) => features.slug === slug)
    if (found === undefined) throw new HttpError('not_found')
    return found.type
  }

  // After the session: whoever is signed in is not kept out by others behind the same address.
  const limit = middleware.limit('callback', (req) => req.session.userId ?? byAddress(req))

  // Runs before anything that asks the database, so that a malformed callback costs no query.
  const formed =
    (schema: z.ZodType): RequestHandler<{ provider: string }> =>
    (req, res, next) => {
      typeOf(req.params.provider)
      if (schema.safeParse(req.query).success) next()
      else show(res, unusableCallbackPage(), 'malformed')
    }

  async function callbackOf(req: CallbackRequest, res: Response): Promise<Callback | undefined> {
    const { userId } = req.session
    const over = userId !== undefined && isOver(req.session, dependencies.clock.now().getTime())
    const user = await find(req)
    if (user === undefined) {
      const lost = userId !== undefined && !over
      const actor = lost ? `user:${userId}` : 'anonymous'
      const action = lost ? 'oauth_rights_lost' : 'oauth_state_mismatch'
      const { requestId } = res.locals
      dependencies.log.info(action, { actor, requestId })
      // Rows of the audit log stay for years: strangers write none.
      if (lost)
        await dependencies.audit.append({
          tenantId: undefined,
          actor,
          action,
          ...(requestId !== undefined && { requestId }),
        })
      if (lost) throw new HttpError('forbidden')
      return undefined
    }
    const { state, code, error, ...more } = Answer.parse(req.query)
    const { requestId } = res.locals
    return {
      user,
      sessionId: req.sessionID,
      provider: typeOf(req.params.provider),
      state,
      ...(code !== undefined && { code }),
      ...(error !== undefined && { error }),
      ...(more.error_subcode !== undefined && { errorSubcode: more.error_subcode }),
      ...(more.error_description !== undefined && { errorDescription: more.error_description }),
      ...(more.iss !== undefined && { issuer: more.iss }),
      ...(requestId !== undefined && { requestId }),
    }
  }

  app
    .route('/settings/calendar/callback/:provider-admin')
    .get(formed(Answer), middleware.session, limit, async (req: CallbackRequest, res) => {
      // Administrators mostly open the link in a browser of their own, where nobody is signed in here: they are thanked,
      // and the therapist tries again. Consent itself is the provider's business.
      const { state, error } = Answer.parse(req.query)
      const provider = typeOf(req.params.provider)
      const reply = { provider, state, ...(error !== undefined && { error }) }
      const finished = await connectCalendar.finishAdminConsent(reply)
      const practice = finished === 'unusable_state' ? undefined : await tenants.byId(finished.tenantId)
      if (finished === 'unusable_state' || practice === undefined) return show(res, unknownApprovalPage(), 'malformed')
      const { outcome } = finished
      if (outcome === 'late') return show(res, administratorDonePage({ outcome, practice }), 'malformed')
      const user = await find(req)
      if (user?.tenantId !== finished.tenantId) return show(res, administratorDonePage({ outcome, practice }))
      goToSettings(req, res, outcome, req.params.provider)
    })
    .all(onlyMethods('GET'))

  app
    .route('/settings/calendar/callback/:provider')
    .get(formed(Outcome), middleware.session, limit, async (req: CallbackRequest, res) => {
      const callback = await callbackOf(req, res)
      if (callback === undefined) return show(res, unusableCallbackPage(), 'malformed')
      const outcome = await connectCalendar.finish(callback)
      if (outcome === 'unusable_state') return show(res, unusableCallbackPage(), 'malformed')
      if (outcome === 'lost_rights') throw new HttpError('forbidden')
      goToSettings(req, res, outcome, req.params.provider)
    })
    .all(onlyMethods('GET'))
}
