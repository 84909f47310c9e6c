import type { Express } from 'express'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { HttpError } from '../http-error.ts'
import { show } from '../page-responses.ts'
import { furtherAccountPage } from '../pages/further-account.tsx'
import type { RouteMiddleware } from '../route-middleware.ts'
import { userOf } from '../web-session.ts'

/** One account whose calendars only block; its forms go to the routes of the calendar settings. */
export function furtherAccountRoutes(app: Express, dependencies: AppDependencies, middleware: RouteMiddleware): void {
  const { connectCalendar, clock } = dependencies
  app
    .route('/settings/calendar/account/:id')
    .get(...middleware.member, async (req, res) => {
      const user = userOf(res)
      const overview = await connectCalendar.overview(user)
      const account = overview.further.find(({ connection }) => connection.id === req.params.id)
      if (account === undefined) throw new HttpError('not_found')
      const csrf = middleware.csrf.sessionToken(req)
      show(res, furtherAccountPage({ account, overview, csrf, now: clock.now(), mayChange: user.owner }))
    })
    .all(onlyMethods('GET'))
}
