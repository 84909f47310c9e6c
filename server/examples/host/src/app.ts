import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express'
import { z } from 'zod'
import { type Calendars, calendarFor } from './calendar/pick.js'
import type { Database } from './database.js'
import type { Tenant } from './generated/client.js'

/** Sets `res.locals.tenant`, or answers 401. */
export type Bearer = RequestHandler

const Span = z.object({ from: z.coerce.date(), to: z.coerce.date() })
const NewBooking = z.object({ clientName: z.string().min(1), startsAt: z.coerce.date(), endsAt: z.coerce.date() })

export const createBearer =
  (database: Database): Bearer =>
  async (req, res, next) => {
    const apiToken = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? ''
    const tenant = await database.tenant.findUnique({ where: { apiToken } }).catch(next)
    if (tenant === undefined) return
    if (tenant === null) return void res.status(401).json({ error: 'unauthorized' })
    res.locals.tenant = tenant
    next()
  }

export function createApp({
  database,
  calendars,
  bearer,
  routes,
}: {
  readonly database: Database
  readonly calendars: Calendars
  readonly bearer: Bearer
  readonly routes: Router
}): Express {
  const app = express()
  app.use(express.json())
  app.use(routes)

  app.get('/busy', bearer, async (req, res, next) => {
    try {
      const tenant: Tenant = res.locals.tenant
      const { from, to } = Span.parse(req.query)
      res.json({ busy: await calendarFor(calendars, tenant).getBusyTimes(tenant.id, from, to) })
    } catch (error) {
      next(error)
    }
  })

  app.post('/bookings', bearer, async (req, res, next) => {
    try {
      const tenant: Tenant = res.locals.tenant
      const { clientName, startsAt, endsAt } = NewBooking.parse(req.body)
      // Due from the start: where the process ends here, the cron writes the event.
      const row = { tenantId: tenant.id, clientName, startsAt, endsAt, eventDueAt: new Date() }
      const { id } = await database.booking.create({ data: row })
      const event = { bookingId: id, start: startsAt, end: endsAt }
      res.status(201).json({ id, event: await calendarFor(calendars, tenant).createEvent(tenant.id, event) })
    } catch (error) {
      next(error)
    }
  })

  app.delete('/bookings/:id', bearer, async (req, res, next) => {
    try {
      const tenant: Tenant = res.locals.tenant
      const where = { id: req.params.id ?? '', tenantId: tenant.id }
      const data = { cancelled: true, eventDueAt: new Date() }
      if ((await database.booking.updateMany({ where, data })).count === 0) return void res.status(404).end()
      const booking = await database.booking.findFirst({ where })
      const removed = booking?.eventId
        ? await calendarFor(calendars, tenant).deleteEvent(tenant.id, booking.eventId)
        : true
      res.json({ removed })
    } catch (error) {
      next(error)
    }
  })

  const onError: ErrorRequestHandler = (error, _req, res, _next) => {
    const invalid = error instanceof z.ZodError
    // A name and a code: messages of others may carry what is private.
    if (!invalid) console.error(JSON.stringify({ event: 'request_failed', name: error?.name, code: error?.code }))
    res.status(invalid ? 400 : 500).json({ error: invalid ? 'invalid' : 'internal' })
  }
  return app.use(onError)
}
