import type { Express, Request } from 'express'
import type { RequestSight } from '../../ports/request-sight.ts'
import { createOperatorToken } from '../../services/operator-token.ts'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { forwardedAddresses } from '../client-address.ts'

/** More proxies than anybody has; a visitor may send entries without end. */
const MOST_FORWARDED = 20

/**
 * `/healthz`: the process lives. `/readyz`: it can serve. `/healthz/address`: the caller's address as rate limits count it, and
 * for an operator's command how its request arrived.
 */
export function healthRoutes(app: Express, dependencies: AppDependencies): void {
  const { ready, log, clock, trustProxyHops } = dependencies
  const operator = createOperatorToken(dependencies.sessionSecret)
  const isOperator = (req: Request): boolean => {
    const [, token] = /^Bearer (.+)$/i.exec(req.get('authorization') ?? '') ?? []
    return token !== undefined && operator.isValid(token, clock.now())
  }
  const sightOf = (req: Request): RequestSight => ({
    address: req.ip ?? '',
    trustProxyHops,
    peer: req.socket.remoteAddress ?? '',
    forwarded: forwardedAddresses(req).slice(-MOST_FORWARDED),
    scheme: req.get('x-forwarded-proto'),
    host: req.get('host'),
  })

  app
    .route('/healthz')
    .get((_req, res) => {
      res.json({ status: 'ok' })
    })
    .all(onlyMethods('GET'))
  app
    .route('/healthz/address')
    .get((req, res) => {
      res.json(isOperator(req) ? sightOf(req) : { address: req.ip })
    })
    .all(onlyMethods('GET'))
  app
    .route('/readyz')
    .get(async (_req, res) => {
      const found = await ready().catch(() => log.warn('readiness_check_failed'))
      const isReady = found?.database && found.migrations && found.keys && found.worker
      res.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not ready', ...found })
    })
    .all(onlyMethods('GET'))
}
