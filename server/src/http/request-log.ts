import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import type { Clock } from '../ports/clock.ts'
import type { Log, WithLogFields } from '../ports/log.ts'

/** A route's pattern, as in `/manage/:token`. The address itself may hold a token or a code and is never logged. */
export const routeOf = (req: Request): string => {
  const route: unknown = req.route
  const path = typeof route === 'object' && route !== null && 'path' in route ? route.path : undefined
  return typeof path === 'string' ? path : '(none)'
}

declare global {
  namespace Express {
    interface Locals {
      /** Whose booking page or data the request is about. */
      tenantId?: string
    }
  }
}

/** Says in the log whose booking page or data a request is about, once the route knows it. */
export const noteTenant = (res: Response, tenant: { readonly id: string }): void => {
  res.locals.tenantId = tenant.id
}

export const tenantIdOf = ({ locals }: Response): string | undefined => locals.tenantId ?? locals.user?.tenantId

/** Asked for every few seconds by machines: a line each time would bury the others. Answers that are not 200 have one. */
const POLLED: readonly string[] = ['/healthz', '/readyz', '/metrics']

/** One line for each request, when it is over; it and all that the request brings about carry its id. Status 499 (nginx's): the client closed the connection first. */
export function requestLog({
  log,
  clock,
  withLogFields,
}: {
  readonly log: Log
  readonly clock: Clock
  readonly withLogFields: WithLogFields
}): RequestHandler {
  return (req, res, next) => {
    const startedAt = clock.now().getTime()
    const requestId = randomUUID()
    res.locals.requestId = requestId
    res.set('X-Request-Id', requestId)
    res.once('close', () => {
      if (res.writableFinished && res.statusCode === 200 && POLLED.includes(routeOf(req))) return
      log.info('request', {
        method: req.method,
        route: routeOf(req),
        status: res.writableFinished ? res.statusCode : 499,
        ms: clock.now().getTime() - startedAt,
        requestId,
        tenantId: tenantIdOf(res),
      })
    })
    withLogFields({ requestId }, next)
  }
}
