import type { Express, Request } from 'express'
import { z } from 'zod'
import type { User } from '../../ports/user-store.ts'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { goTo, show } from '../page-responses.ts'
import { signInPage } from '../pages/sign-in.tsx'
import { byAddress } from '../rate-limit.ts'
import { short } from '../request-fields.ts'
import type { RouteMiddleware } from '../route-middleware.ts'
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
  const { csrf, limit } = middleware
  const find = currentUser(users, clock)

  const note = async (user: User | undefined, action: string, requestId: string): Promise<void> => {
    log.info(action, { tenantId: user?.tenantId, userId: user?.id, requestId })
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
      async (req, res) => {
        const requestId = res.locals.requestId ?? ''
        const next = Next.parse(req.body.next)
        const form = Form.safeParse(req.body)
        const user = form.success ? await users.byEmail(form.data.email) : undefined
        const right = form.success && (await passwords.verify(user?.passwordHash, form.data.password))
        if (user === undefined || !right) {
          await note(user, 'sign_in_failed', requestId)
          const token = csrf.browserToken(req, res)
          return show(res, signInPage({ csrf: token, next, email: emailIn(req), failed: true }), 'signed_out')
        }
        await signIn(req, user, clock.now())
        await note(user, 'sign_in', requestId)
        goTo(res, AFTERWARDS[next])
      },
    )
    .all(onlyMethods('GET', 'POST'))

  app
    .route('/sign-out')
    .post(...middleware.memberForm, async (req, res) => {
      const user = userOf(res)
      const requestId = res.locals.requestId ?? ''
      await signOut(req, res, appUrl)
      await note(user, 'sign_out', requestId)
      goTo(res, '/sign-in')
    })
    .all(onlyMethods('POST'))
}
