import express, { type Express } from 'express'
import type { AppDependencies } from './app-dependencies.ts'
import { requestLog } from './request-log.ts'
import { healthRoutes } from './routes/health.ts'
import { metricsRoute } from './routes/metrics.ts'
import { noStore, securityHeaders } from './security-headers.ts'

/** What a process serves that takes jobs and has no pages: its health and, where they are asked for, its metrics. */
export function createWorkerApp(dependencies: AppDependencies): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', dependencies.trustProxyHops)
  app.use(requestLog(dependencies))
  app.use(securityHeaders(dependencies.hsts))
  app.use(noStore)
  healthRoutes(app, dependencies)
  if (dependencies.metrics !== undefined) metricsRoute(app, dependencies.metrics)
  app.use((_req, res) => {
    res.status(404).end()
  })
  // Express's own last resort writes an error to stderr as it is.
  const fail: express.ErrorRequestHandler = (_error, _req, res, _next) => {
    res.status(500).end()
  }
  app.use(fail)
  return app
}
