import type { Express, Request, Response } from 'express'
import { z } from 'zod'
import { MINIMUM_PASSWORD } from '../../domain/password.ts'
import { TooManyPasswords } from '../../ports/passwords.ts'
import type { User } from '../../ports/user-store.ts'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { HttpError } from '../http-error.ts'
import { createKnownBrowser } from '../known-browser.ts'
import { goTo, show } from '../page-responses.ts'
import type { FieldError } from '../pages/form-fields.tsx'
import { setPasswordPage, unknownPasswordLinkPage } from '../pages/set-password.tsx'
import { byAddress } from '../rate-limit.ts'
import { readByUser } from '../reader-locale.ts'
import { short } from '../request-fields.ts'
import { noteTenant } from '../request-log.ts'
import type { RouteMiddleware } from '../route-middleware.ts'
import type { Texts } from '../texts/en.ts'
import { textsOf } from '../texts/texts.ts'
import { signIn } from '../web-session.ts'
import { CHANGED } from './account.ts'

/** 256 bits in base64url. */
const TOKEN = /^[\w-]{43}$/

const Form = z.object({ next: short(1000), again: short(1000) })

function errorsOf({ next, again }: z.output<typeof Form>, texts: Texts['setPassword']['errors']): FieldError[] {
  if ([...next].length < MINIMUM_PASSWORD) return [{ field: 'next', message: texts.short(MINIMUM_PASSWORD) }]
  return next === again ? [] : [{ field: 'again', message: texts.different }]
}

/** The page behind a link to set a password: opening it changes nothing, because mail programs open links, too. */
export function setPasswordRoutes(app: Express, dependencies: AppDependencies, middleware: RouteMiddleware): void {
  const { passwordLinks, passwords, clock, log } = dependencies
  const { csrf, countTry, flash } = middleware
  const known = createKnownBrowser(dependencies)

  app.use('/set-password', (_req, res, next) => {
    res.set('X-Robots-Tag', 'noindex, nofollow')
    next()
  })

  /** Whose link it is. Counted by her, so that a company whose people all open theirs is no flood of guesses. */
  const find = async (req: Request<{ token: string }>, res: Response): Promise<User | undefined> => {
    const { token } = req.params
    const user = TOKEN.test(token) ? await passwordLinks.find(token) : undefined
    if (user !== undefined) noteTenant(res, { id: user.tenantId })
    const { allowed, retryAfterSeconds } = await countTry('password_link', user?.id ?? byAddress(req), res)
    if (!allowed) throw new HttpError('too_many', { retryAfterSeconds })
    return user
  }

  function showForm(req: Request, res: Response, page: { token: string; user: User; errors: readonly FieldError[] }) {
    const { token, user, errors } = page
    readByUser(res, user)
    const fields = { token, email: user.email, errors, csrf: csrf.browserToken(req, res) }
    show(res, setPasswordPage(fields), errors.length === 0 ? undefined : 'invalid')
  }

  const hash = async (password: string): Promise<string> => {
    try {
      return await passwords.hash(password)
    } catch (error) {
      if (error instanceof TooManyPasswords) throw new HttpError('unavailable', { retryAfterSeconds: 1 })
      throw error
    }
  }

  app
    .route('/set-password/:token')
    .get(async (req, res) => {
      const { token } = req.params
      const user = await find(req, res)
      if (user === undefined) return show(res, unknownPasswordLinkPage({}), 'not_found')
      showForm(req, res, { token, user, errors: [] })
    })
    .post(middleware.session, middleware.form, csrf.requireBrowserToken, async (req, res) => {
      const { token } = req.params
      const form = Form.safeParse(req.body)
      if (!form.success) throw new HttpError('invalid')
      const user = await find(req, res)
      if (user === undefined) return show(res, unknownPasswordLinkPage({}), 'not_found')
      const errors = errorsOf(form.data, textsOf(user.locale).setPassword.errors)
      if (errors.length > 0) return showForm(req, res, { token, user, errors })
      const requestId = res.locals.requestId ?? ''
      const changed = await passwordLinks.use(token, await hash(form.data.next), requestId)
      if (changed === undefined) return show(res, unknownPasswordLinkPage({}), 'not_found')
      log.info('password_set_by_link', { tenantId: changed.tenantId, userId: changed.id, requestId })
      known.remember(res, changed.email)
      await signIn(req, changed, clock.now())
      flash.set(req, res, CHANGED)
      goTo(res, CHANGED)
    })
    .all(onlyMethods('GET', 'POST'))
}
