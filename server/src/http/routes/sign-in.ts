import type { Express, Request, RequestHandler } from 'express'
import { z } from 'zod'
import { TooManyPasswords } from '../../ports/passwords.ts'
import type { User } from '../../ports/user-store.ts'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { HttpError } from '../http-error.ts'
import { createKnownBrowser } from '../known-browser.ts'
import { goTo, show } from '../page-responses.ts'
import { signInPage } from '../pages/sign-in.tsx'
import { unsentFormPage } from '../pages/unsent-form.tsx'
import { byAddress, sourceOf } from '../rate-limit.ts'
import { readByUser } from '../reader-locale.ts'
import { short } from '../request-fields.ts'
import { noteTenant } from '../request-log.ts'
import type { RouteMiddleware } from '../route-middleware.ts'
import { createFailureCounter } from '../sign-in-failures.ts'
import { unsentFormOf } from '../unsent-form.ts'
import { currentUser, signIn, signOut, userOf } from '../web-session.ts'

/** Where signing in leads: the form names one of these and never an address, so it cannot lead to another site. */
const AFTERWARDS = { appointments: '/appointments', calendar: '/settings/calendar' } as const

const Next = z.enum(['appointments', 'calendar']).catch('appointments')

const Form = z.object({ email: short(254).trim().min(1), password: short(1000).min(1) })

const emailIn = (req: Request): string => {
  const body: unknown = req.body
  const parsed = z.object({ email: z.string() }).safeParse(body)
  return parsed.success ? parsed.data.email.trim().toLowerCase().slice(0, 254) : ''
}

export function signInRoutes(app: Express, dependencies: AppDependencies, middleware: RouteMiddleware): void {
  const { users, passwords, audit, clock, appUrl, log } = dependencies
  const { csrf, limit, countTry } = middleware
  const known = createKnownBrowser(dependencies)
  const countFailure = createFailureCounter(dependencies)
  const source = sourceOf(dependencies.sessionSecret)
  const find = currentUser(users, clock)

  /**
   * Guesses at many accounts from one address, and at one account from many addresses, wait. A browser that the account's owner
   * uses does neither: an office that signs in in the morning is no flood.
   */
  const limitUnknownBrowsers: RequestHandler = async (req, res, next) => {
    const email = emailIn(req)
    if (known.isKnown(req, email)) return next()
    const tries = [
      ['sign_in_address', byAddress(req)],
      ['sign_in_account', email],
      ['sign_in_account_hour', email],
    ] as const
    for (const [name, key] of tries) {
      const { allowed, retryAfterSeconds } = await countTry(name, key, res)
      if (!allowed) throw new HttpError('too_many', { retryAfterSeconds })
    }
    next()
  }

  const verify = async (hash: string | undefined, password: string): Promise<boolean> => {
    try {
      return await passwords.verify(hash, password)
    } catch (error) {
      if (error instanceof TooManyPasswords) throw new HttpError('unavailable', { retryAfterSeconds: 1 })
      throw error
    }
  }

  const note = async (user: User | undefined, action: string, req: Request, requestId: string): Promise<void> => {
    log.info(action, { tenantId: user?.tenantId, userId: user?.id, requestId, source: source(req) })
    if (user === undefined) return
    await audit.append({ tenantId: user.tenantId, actor: `user:${user.id}`, action, requestId })
  }

  app
    .route('/')
    .get(middleware.session, async (req, res) => {
      goTo(res, (await find(req)) === undefined ? '/sign-in' : '/appointments')
    })
    .all(onlyMethods('GET'))

  app
    .route('/sign-in')
    .get(middleware.session, async (req, res) => {
      if ((await find(req)) !== undefined) return goTo(res, '/appointments')
      show(res, signInPage({ csrf: csrf.browserToken(req, res), next: Next.parse(req.query.next) }))
    })
    .post(
      middleware.session,
      middleware.form,
      csrf.requireBrowserToken,
      limit('sign_in', (req) => `${byAddress(req)}\n${emailIn(req)}`),
      limitUnknownBrowsers,
      async (req, res) => {
        const requestId = res.locals.requestId ?? ''
        const next = Next.parse(req.body.next)
        const unsent = unsentFormOf(req.body.unsent)
        const form = Form.safeParse(req.body)
        const user = form.success ? await users.byEmail(form.data.email) : undefined
        const right = form.success && (await verify(user?.passwordHash, form.data.password))
        if (user === undefined || !right) {
          countFailure()
          const token = csrf.browserToken(req, res)
          show(res, signInPage({ csrf: token, next, email: emailIn(req), failed: true, unsent }), 'signed_out')
          // After the answer: it is written for known users only, and its time would tell who is one.
          return note(user, 'sign_in_failed', req, requestId)
        }
        known.remember(res, user.email)
        noteTenant(res, { id: user.tenantId })
        await signIn(req, user, clock.now())
        await note(user, 'sign_in', req, requestId)
        readByUser(res, user)
        if (unsent === undefined) goTo(res, AFTERWARDS[next])
        else show(res, unsentFormPage({ unsent, csrf: csrf.sessionToken(req) }))
      },
    )
    .all(onlyMethods('GET', 'POST'))

  app
    .route('/sign-out')
    .post(...middleware.memberForm, async (req, res) => {
      const user = userOf(res)
      const requestId = res.locals.requestId ?? ''
      await signOut(req, res, appUrl)
      await note(user, 'sign_out', req, requestId)
      goTo(res, '/sign-in')
    })
    .all(onlyMethods('POST'))
}
