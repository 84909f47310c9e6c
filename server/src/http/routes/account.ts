import type { Express, Request, Response } from 'express'
import { z } from 'zod'
import { MINIMUM_PASSWORD } from '../../domain/password.ts'
import { TooManyPasswords } from '../../ports/passwords.ts'
import type { User } from '../../ports/user-store.ts'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { HttpError } from '../http-error.ts'
import { goTo, show } from '../page-responses.ts'
import { accountPage } from '../pages/account.tsx'
import type { FieldError } from '../pages/form-fields.tsx'
import { byUser } from '../rate-limit.ts'
import { short } from '../request-fields.ts'
import type { RouteMiddleware } from '../route-middleware.ts'
import type { Texts } from '../texts/en.ts'
import { textsOf } from '../texts/texts.ts'
import { signIn, signOut, userOf } from '../web-session.ts'

const ACCOUNT = '/settings/account'
/** Her account's page, which says that the password is changed. */
export const CHANGED = '/settings/account?outcome=changed'

const PasswordForm = z.object({ current: short(1000), next: short(1000), again: short(1000) })

type Passwords = z.output<typeof PasswordForm>

/** What is wrong with a form before the password itself is looked at. */
function errorsOf({ current, next, again }: Passwords, texts: Texts['account']['errors']): FieldError[] {
  if (current === '') return [{ field: 'current', message: texts.missing }]
  if ([...next].length < MINIMUM_PASSWORD) return [{ field: 'next', message: texts.short(MINIMUM_PASSWORD) }]
  if (next === current) return [{ field: 'next', message: texts.same }]
  return next === again ? [] : [{ field: 'again', message: texts.different }]
}

/** A user's own account: her password, and all her web sessions at once. */
export function accountRoutes(app: Express, dependencies: AppDependencies, middleware: RouteMiddleware): void {
  const { users, passwords, connectCalendar, audit, clock, log, appUrl } = dependencies
  const { member, memberForm, limit, csrf, flash } = middleware

  async function showAccount(req: Request, res: Response, errors: readonly FieldError[], changed = false) {
    const user = userOf(res)
    const overview = await connectCalendar.overview(user)
    const { email, owner } = user
    const page = { overview, email, owner, errors, changed, csrf: csrf.sessionToken(req), now: clock.now() }
    show(res, accountPage(page), errors.length === 0 ? undefined : 'invalid')
  }

  const hashing = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      if (error instanceof TooManyPasswords) throw new HttpError('unavailable', { retryAfterSeconds: 1 })
      throw error
    }
  }

  const refused = async (user: User, requestId: string): Promise<void> => {
    log.info('password_change_refused', { tenantId: user.tenantId, userId: user.id, requestId })
    const action = 'password_change_refused'
    await audit.append({ tenantId: user.tenantId, actor: `user:${user.id}`, action, requestId })
  }

  app
    .route(ACCOUNT)
    .get(...member, (req, res) => showAccount(req, res, [], flash.take(req, res)))
    .all(onlyMethods('GET'))

  app
    .route('/settings/account/password')
    .post(...memberForm, limit('password', byUser), async (req, res) => {
      const user = userOf(res)
      const requestId = res.locals.requestId ?? ''
      const form = PasswordForm.safeParse(req.body)
      if (!form.success) throw new HttpError('invalid')
      const texts = textsOf(user.locale).account.errors
      const errors = errorsOf(form.data, texts)
      if (errors.length > 0) return showAccount(req, res, errors)
      const { current, next } = form.data
      if (!(await hashing(passwords.verify(user.passwordHash, current)))) {
        await refused(user, requestId)
        return showAccount(req, res, [{ field: 'current', message: texts.wrong }])
      }
      const changed = await users.changePassword(user, await hashing(passwords.hash(next)), requestId)
      // Another request of hers has changed it since.
      if (!changed) throw new HttpError('signed_out')
      log.info('password_changed', { tenantId: user.tenantId, userId: user.id, requestId })
      await signIn(req, user, clock.now())
      flash.set(req, res, CHANGED)
      goTo(res, CHANGED)
    })
    .all(onlyMethods('POST'))

  app
    .route('/settings/account/sign-out-everywhere')
    .post(...memberForm, async (req, res) => {
      const user = userOf(res)
      const requestId = res.locals.requestId ?? ''
      await users.signOutEverywhere(user, requestId)
      log.info('signed_out_everywhere', { tenantId: user.tenantId, userId: user.id, requestId })
      await signOut(req, res, appUrl)
      goTo(res, '/sign-in')
    })
    .all(onlyMethods('POST'))
}
