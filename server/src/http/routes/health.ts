import type { Express } from 'express'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'

/** `/healthz`: the process lives. `/readyz`: it can serve. `/healthz/address`: the caller's address as rate limits count it. */
export function healthRoutes(app: Express, { ready, log }: Pick<AppDependencies, 'ready' | 'log'>): void {
  app
    .route('/healthz')
    .get((_req, res) => {
      res.json({ status: 'ok' })
    })
    .all(onlyMethods('GET'))
  app
    .route('/healthz/address')
    .get((req, res) => {
      res.json({ address: req.ip })
    })
    .all(onlyMethods('GET'))
  app
    .route('/readyz')
    .get(async (_req, res) => {
      const isReady = await ready().catch(() => {
        log.warn('readiness_check_failed')
        return false
      })
      res.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not ready' })
    })
    .all(onlyMethods('GET'))
}
