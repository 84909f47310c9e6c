import express, { type RequestHandler } from 'express'
import type { AppDependencies } from './app-dependencies.ts'
import { type Csrf, createCsrf } from './csrf.ts'
import { createFlash, type Flash } from './flash.ts'
import { type CountTry, countingTries, type Limit, type LimitedRead, limiting, limitingReads } from './rate-limit.ts'
import { requireUser, sessions } from './web-session.ts'

/** What routes put before their own handlers. */
export interface RouteMiddleware {
  readonly csrf: Csrf
  readonly flash: Flash
  readonly limit: Limit
  readonly limitedRead: LimitedRead
  readonly countTry: CountTry
  /** Loads the web session, where signing in is possible and not required. */
  readonly session: RequestHandler
  /** Loads the web session and requires a user. */
  readonly member: readonly RequestHandler[]
  /**
   * For posts of signed-in users: as `member`, and checks the form's token. The form is read before that, to be kept where
   * the session has ended (unsent-form.ts).
   */
  readonly memberForm: readonly RequestHandler[]
  /** Reads a form's fields. */
  readonly form: RequestHandler
}

const FORM_LIMIT = '16kb'

export function createRouteMiddleware(dependencies: AppDependencies): RouteMiddleware {
  const csrf = createCsrf(dependencies)
  const countTry = countingTries(dependencies)
  const session = sessions(dependencies)
  const form = express.urlencoded({ extended: false, limit: FORM_LIMIT, parameterLimit: 200 })
  const signedIn = requireUser(dependencies.users, dependencies.clock)
  return {
    csrf,
    flash: createFlash(dependencies),
    limit: limiting(countTry),
    limitedRead: limitingReads(dependencies, countTry),
    countTry,
    session,
    member: [session, signedIn],
    memberForm: [session, form, signedIn, csrf.requireSessionToken],
    form,
  }
}
