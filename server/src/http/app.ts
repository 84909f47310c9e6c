import express, { type Express } from 'express'
import { knownMethods } from './allowed-methods.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { warnOfProxyAddress } from './client-address.ts'
import { errorHandler } from './error-handler.ts'
import { HttpError } from './http-error.ts'
import { PUBLIC_FILES, STYLE_SHEET } from './pages/public-files.ts'
import { requestLog } from './request-log.ts'
import { createRouteMiddleware } from './route-middleware.ts'
import { accountRoutes } from './routes/account.ts'
import { apiRoutes } from './routes/api.ts'
import { appointmentRoutes } from './routes/appointments.ts'
import { bookingRoutes } from './routes/booking.ts'
import { clientDataRoutes } from './routes/client-data.ts'
import { furtherAccountRoutes } from './routes/further-account.ts'
import { healthRoutes } from './routes/health.ts'
import { manageRoutes } from './routes/manage.ts'
import { metricsRoute } from './routes/metrics.ts'
import { robotsRoute } from './routes/robots.ts'
import { setPasswordRoutes } from './routes/set-password.ts'
import { settingsCalendarRoutes } from './routes/settings-calendar.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { whatClientsSeeRoutes } from './routes/what-clients-see.ts'
import { sameSitePosts } from './same-site-posts.ts'
import { noStore, securityHeaders } from './security-headers.ts'

/** The web application: middleware and routes in the order in which a request meets them, and one error handler. */
export function createApp(dependencies: AppDependencies): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.set('trust proxy', dependencies.trustProxyHops)
  const middleware = createRouteMiddleware(dependencies)

  app.use(requestLog(dependencies))
  app.use(securityHeaders(dependencies.hsts))
  app.get('/app.css', (_req, res) => {
    res.set('Cache-Control', 'public, max-age=31536000, immutable').type('css').send(STYLE_SHEET)
  })
  // By its name alone: before every other address the disk would be asked.
  app.get(
    '/favicon.svg',
    express.static(PUBLIC_FILES, { index: false, maxAge: '1y', immutable: true, redirect: false }),
  )
  app.use(noStore)
  app.use(knownMethods)
  app.use(sameSitePosts(dependencies.appUrl))

  healthRoutes(app, dependencies)
  if (dependencies.metrics !== undefined) metricsRoute(app, dependencies.metrics)
  robotsRoute(app)
  // After the health routes, which the host asks from its private network.
  app.use(warnOfProxyAddress(dependencies))
  // First what strangers ask for, and most often.
  apiRoutes(app, dependencies, middleware)
  bookingRoutes(app, dependencies, middleware)
  manageRoutes(app, dependencies, middleware)
  signInRoutes(app, dependencies, middleware)
  setPasswordRoutes(app, dependencies, middleware)
  settingsCalendarRoutes(app, dependencies, middleware)
  furtherAccountRoutes(app, dependencies, middleware)
  whatClientsSeeRoutes(app, dependencies, middleware)
  accountRoutes(app, dependencies, middleware)
  clientDataRoutes(app, dependencies, middleware)
  appointmentRoutes(app, dependencies, middleware)

  app.use(() => {
    throw new HttpError('not_found')
  })
  app.use(errorHandler({ log: dependencies.log, appUrl: dependencies.appUrl, csrf: middleware.csrf }))
  return app
}
