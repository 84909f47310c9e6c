import type { Express, Request, Response } from 'express'
import { z } from 'zod'
import { RETENTION_YEARS } from '../../domain/retention.ts'
import type { User } from '../../ports/user-store.ts'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { HttpError } from '../http-error.ts'
import { goTo, show } from '../page-responses.ts'
import { type ClientDataPage, clientDataPage } from '../pages/client-data.tsx'
import type { RouteMiddleware } from '../route-middleware.ts'
import { userOf } from '../web-session.ts'

const SAVED = '/settings/data?outcome=saved'

const Years = z.coerce.number().refine((years) => RETENTION_YEARS.some((known) => known === years))

const Form = z.object({ years: Years, shown: z.coerce.number().int().nonnegative() })

function ownerOf(res: Response): User {
  const user = userOf(res)
  if (!user.owner) throw new HttpError('forbidden')
  return user
}

/** For how long a practice keeps its clients' data: its owner looks what a time would erase, and confirms that number. */
export function clientDataRoutes(app: Express, dependencies: AppDependencies, middleware: RouteMiddleware): void {
  const { clientRetention, connectCalendar, clock, log } = dependencies
  const { member, memberForm, csrf, flash } = middleware

  async function showPage(
    req: Request,
    res: Response,
    years: number | undefined,
    outcome: ClientDataPage['outcome'],
  ): Promise<void> {
    const user = ownerOf(res)
    const setting = await clientRetention.setting(user)
    const looked = years === undefined ? undefined : { years, sessions: await clientRetention.count(user, years) }
    const overview = await connectCalendar.overview(user)
    const page = { overview, setting, looked, outcome, csrf: csrf.sessionToken(req), now: clock.now() }
    show(res, clientDataPage(page), outcome === 'changed' ? 'invalid' : undefined)
  }

  app
    .route('/settings/data')
    .get(...member, async (req, res) => {
      ownerOf(res)
      const saved = flash.take(req, res) && req.query.outcome === 'saved'
      await showPage(req, res, Years.safeParse(req.query.years).data, saved ? 'saved' : undefined)
    })
    .post(...memberForm, async (req, res) => {
      const user = ownerOf(res)
      const form = Form.safeParse(req.body)
      if (!form.success) throw new HttpError('invalid')
      if ((await clientRetention.decide(user, form.data)) === 'changed')
        return showPage(req, res, form.data.years, 'changed')
      log.info('retention_decided', { tenantId: user.tenantId, userId: user.id, years: form.data.years })
      flash.set(req, res, SAVED)
      goTo(res, SAVED)
    })
    .all(onlyMethods('GET', 'POST'))
}
