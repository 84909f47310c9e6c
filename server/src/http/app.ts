import express, { type Express } from 'express'
import type { AppParts } from './app-parts.ts'
import { warnOfProxyAddress } from './client-address.ts'
import { errorHandler } from './error-handler.ts'
import { HttpError } from './http-error.ts'
import { PUBLIC_FILES } from './pages/layout.tsx'
import { requestLog } from './request-log.ts'
import { createWeb } from './route-middleware.ts'
import { apiRoutes } from './routes/api.ts'
import { appointmentRoutes } from './routes/appointments.ts'
import { bookingRoutes } from './routes/booking.ts'
import { healthRoutes } from './routes/health.ts'
import { manageRoutes } from './routes/manage.ts'
import { settingsCalendarRoutes } from './routes/settings-calendar.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { knownMethods, noStore, sameSitePosts, securityHeaders } from './security-headers.ts'

/** The web application: the order of everything, and the one error handler at the end. */
export function createApp(parts: AppParts): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.set('trust proxy', parts.trustProxyHops)
  const web = createWeb(parts)

  app.use(requestLog(parts.log, parts.clock))
  app.use(securityHeaders(parts.providers.map(({ features }) => features)))
  app.use(express.static(PUBLIC_FILES, { index: false, maxAge: '1y', immutable: true, redirect: false }))
  app.use(noStore)
  app.use(knownMethods)
  app.use(sameSitePosts(parts.appUrl))

  healthRoutes(app, parts)
  // Below them: the host's own health checks come from its private network.
  app.use(warnOfProxyAddress(parts))
  apiRoutes(app, parts, web)
  signInRoutes(app, parts, web)
  settingsCalendarRoutes(app, parts, web)
  appointmentRoutes(app, parts, web)
  bookingRoutes(app, parts, web)
  manageRoutes(app, parts, web)

  app.use(() => {
    throw new HttpError('not_found')
  })
  app.use(errorHandler({ log: parts.log, appUrl: parts.appUrl, csrf: web.csrf }))
  return app
}
