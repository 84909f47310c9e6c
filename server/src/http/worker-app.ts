import type { Express } from 'express'
import type { AppDependencies } from './app-dependencies.ts'
import { createPagelessApp } from './pageless-app.ts'
import { requestLog } from './request-log.ts'
import { healthRoutes } from './routes/health.ts'
import { metricsRoute } from './routes/metrics.ts'
import { securityHeaders } from './security-headers.ts'

/** What a process serves that takes jobs and has no pages: its health and, where they are asked for, its metrics. */
export const createWorkerApp = (dependencies: AppDependencies): Express =>
  createPagelessApp((app) => {
    app.set('trust proxy', dependencies.trustProxyHops)
    app.use(requestLog(dependencies))
    app.use(securityHeaders(dependencies.hsts))
    healthRoutes(app, dependencies)
    if (dependencies.metrics !== undefined) metricsRoute(app, dependencies.metrics)
  })
