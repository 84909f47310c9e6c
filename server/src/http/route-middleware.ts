import express, { type RequestHandler, type Response } from 'express'
import type { VNode } from 'preact'
import type { AppParts } from './app-parts.ts'
import { type Csrf, createCsrf } from './csrf.ts'
import { HTTP_ERRORS, type HttpErrorKind } from './http-error.ts'
import { htmlOf } from './pages/layout.tsx'
import { type Limit, limiting } from './rate-limit.ts'
import { requireUser, sessions } from './web-session.ts'

/** What routes are made of. */
export interface Web {
  readonly csrf: Csrf
  readonly limit: Limit
  /** Opens the session, for pages that greet both those who signed in and those who did not. */
  readonly session: RequestHandler
  /** For signed-in users only. */
  readonly member: readonly RequestHandler[]
  /** For forms of signed-in users: the fields are read and the token is checked. */
  readonly memberForm: readonly RequestHandler[]
  /** Reads a form's fields. */
  readonly form: RequestHandler
}

const FORM_LIMIT = '16kb'

export function createWeb(parts: AppParts): Web {
  const csrf = createCsrf(parts)
  const session = sessions(parts)
  const form = express.urlencoded({ extended: false, limit: FORM_LIMIT, parameterLimit: 200 })
  const member = [session, requireUser(parts.users, parts.clock)]
  return {
    csrf,
    limit: limiting(parts),
    session,
    member,
    memberForm: [...member, form, csrf.requireSessionToken],
    form,
  }
}

/** Sends a page; `refusal` says that what was asked for was not done. */
export function show(res: Response, page: VNode, refusal?: HttpErrorKind, retryAfterSeconds?: number): void {
  if (retryAfterSeconds !== undefined) res.set('Retry-After', String(retryAfterSeconds))
  res
    .status(refusal === undefined ? 200 : HTTP_ERRORS[refusal].status)
    .type('html')
    .send(htmlOf(page))
}

/** After a post, to a path of ours. */
export const goTo = (res: Response, path: `/${string}`): void => res.redirect(303, path)
