import type { ErrorRequestHandler, Request, Response } from 'express'
import { CalendarError, isTransient } from '../ports/calendar-failure.ts'
import { traceOf } from '../ports/error-trace.ts'
import type { Log } from '../ports/log.ts'
import { StoreError } from '../ports/store-error.ts'
import { ClientLeft } from './client-left.ts'
import type { Csrf } from './csrf.ts'
import { HttpError } from './http-error.ts'
import { show } from './page-responses.ts'
import { errorPage } from './pages/error-page.tsx'
import { signInPage } from './pages/sign-in.tsx'
import { sendProblem } from './problem-details.ts'
import { routeOf, tenantIdOf } from './request-log.ts'
import { unsentFormIn } from './unsent-form.ts'

const isApi = (req: Request): boolean => /^\/api(\/|$)/i.test(req.path)

/** Turns every error into an answer. The message and the fields of an error that is not an HttpError reach nobody. */
export function errorHandler({
  log,
  appUrl,
  csrf,
}: {
  readonly log: Log
  readonly appUrl: string
  readonly csrf: Csrf
}): ErrorRequestHandler {
  const note = (error: unknown, req: Request, res: Response): void =>
    log.error('request_failed', {
      requestId: res.locals.requestId,
      route: routeOf(req),
      tenantId: tenantIdOf(res),
      ...traceOf(error),
    })

  // Never calls the next handler: Express's own last resort writes the error to stderr as it is.
  return (error: unknown, req, res, _next) => {
    if (error instanceof ClientLeft) return
    const httpError = httpErrorOf(error)
    if (httpError.kind === 'broken' || httpError.kind === 'unavailable') note(error, req, res)
    // express-session reports a session that it could not store after the page was written: that answer stands. One that
    // broke off must not look whole, so its connection is closed.
    if (res.writableEnded) return
    if (res.headersSent) return void res.destroy()
    try {
      answer(req, res, httpError)
    } catch (failure) {
      note(failure, req, res)
      res.destroy()
    }
  }

  function answer(req: Request, res: Response, httpError: HttpError): void {
    const { retryAfterSeconds, allow } = httpError.details
    if (allow !== undefined) res.set('Allow', allow)
    if (retryAfterSeconds !== undefined) res.set('Retry-After', String(retryAfterSeconds))
    if (isApi(req)) sendProblem(res, httpError.kind, httpError.details.detail, appUrl)
    else showErrorPage(req, res, httpError, csrf)
  }
}

function showErrorPage(req: Request, res: Response, httpError: HttpError, csrf: Csrf): void {
  const { kind, details } = httpError
  if (kind === 'signed_out') {
    const next = req.path.startsWith('/settings') ? 'calendar' : 'appointments'
    const away = req.method === 'POST'
    const unsent = away ? unsentFormIn(req) : undefined
    show(res, signInPage({ csrf: csrf.browserToken(req, res), next, away, unsent }), kind)
    return
  }
  const booking = req.method === 'POST' && req.path.startsWith('/book/')
  const { retryAfterSeconds } = details
  show(res, errorPage({ kind, retryAfterSeconds, booking, reference: res.locals.requestId }), kind)
}

/** Body parsers and the router put a status on their errors; only that is used, because their messages hold what was sent. */
function httpErrorOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  if (error instanceof CalendarError && isTransient(error.reason))
    return new HttpError('unreadable', { retryAfterSeconds: 30 })
  if (error instanceof StoreError && error.reason === 'unavailable')
    return new HttpError('unavailable', { retryAfterSeconds: 30 })
  const status = field(error, 'status')
  if (status === 413) return new HttpError('too_large')
  if (status === 415) return new HttpError('wrong_type')
  if (typeof status === 'number' && status >= 400 && status < 500) return new HttpError('malformed')
  return new HttpError('broken', { retryAfterSeconds: 60 })
}

const field = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
