import { randomBytes, randomUUID } from 'node:crypto'
import {
  beginConnecting,
  type CalendarBinding,
  type ConnectAttempt,
  type ConnectResult,
  finishConnecting,
  hashOf,
  type KeyRing,
  readReply,
  type StagedTokens,
} from 'booking-calendar-adapter'
import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import type { Bearer } from '../app.js'
import type { Database } from '../database.js'
import type { Connections } from './connections.js'

const PATH = '/calendar/microsoft/callback'
const COOKIE = 'calendar_connect'
const Access = z.object({ access: z.enum(['availability', 'bookings']) })

export interface ConnectParts {
  readonly database: Database
  readonly ring: KeyRing
  readonly binding: CalendarBinding
  readonly staged: StagedTokens
  readonly connections: Connections
  readonly bearer: Bearer
  /** Where this API and the web application are reached. They must be of one site, or browsers keep the cookie back. */
  readonly apiUrl: string
  readonly appUrl: string
}

export function connectRoutes({
  database,
  ring,
  binding,
  staged,
  connections,
  bearer,
  apiUrl,
  appUrl,
}: ConnectParts): Router {
  const identity = (tenantId: string, rowId: string) =>
    ({ table: 'CalendarAttempt', tenantId, rowId, provider: 'MICROSOFT', field: 'sealed', version: 1 }) as const

  /**
   * The web application asks with `credentials: 'include'`, and then leads the browser to `url`. The cookie of this answer is
   * what binds the attempt: who was only sent the link has none.
   */
  const start = async (req: Request, res: Response): Promise<void> => {
    const { access } = Access.parse(req.body)
    const { tenant } = res.locals
    const browser = randomBytes(32).toString('base64url')
    const connected = await connections.of(tenant.id)
    const { url, attempt } = await beginConnecting(binding, {
      browser,
      redirectUri: `${apiUrl}${PATH}`,
      access,
      ...(connected?.accountAddress && { loginHint: connected.accountAddress }),
      now: new Date(),
    })
    const stateHash = hashOf(attempt.state)
    const sealed = ring.encrypt(identity(tenant.id, stateHash), JSON.stringify(attempt))
    await database.calendarAttempt.create({
      data: { stateHash, tenantId: tenant.id, sealed, expiresAt: attempt.expiresAt },
    })
    res.cookie(COOKIE, browser, {
      httpOnly: true,
      secure: apiUrl.startsWith('https'),
      sameSite: 'lax',
      path: PATH,
      maxAge: 600_000,
    })
    res.json({ url: url.href })
  }

  /** The browser that comes back has no bearer token: the attempt says whose it is, and the cookie that it is hers. */
  const callback = async (req: Request, res: Response): Promise<void> => {
    const reply = readReply(new URL(req.originalUrl, apiUrl).searchParams)
    const stateHash = hashOf(reply.state ?? '')
    const row = await database.calendarAttempt.findUnique({ where: { stateHash } })
    // Used up before it is looked at: of two callbacks at once, one deletes the row.
    const { count } = await database.calendarAttempt.deleteMany({ where: { stateHash } })
    const attempt: ConnectAttempt | undefined =
      row !== null && count === 1 ? JSON.parse(ring.decrypt(identity(row.tenantId, stateHash), row.sealed)) : undefined
    const tenantId = row?.tenantId ?? ''
    const connected = await connections.of(tenantId)
    const connectionId = randomUUID()
    const done = await finishConnecting(binding, {
      attempt,
      reply,
      browser: cookieOf(req, COOKIE),
      staged,
      tenantId,
      connectionId,
      ...(connected !== null && { connectedAccountKey: connected.accountKey }),
      onRejected: (grant) => connections.endGrant(binding, grant),
      now: new Date(),
    })
    res.clearCookie(COOKIE, { path: PATH })
    res.redirect(303, `${appUrl}/settings?calendar=${await stored(done)}`)

    async function stored(done: ConnectResult): Promise<string> {
      if (!('grant' in done)) return done.outcome
      // Another account replaces none: the therapist disconnects the one she has first.
      if (done.outcome === 'other_account') {
        await connections.endGrant(binding, done.grant)
        return done.outcome
      }
      if (connected === null) await connections.add(tenantId, connectionId, done.grant, done.calendars)
      else if (!(await connections.renew(connected, done.grant, done.calendars))) return 'failed'
      return done.outcome
    }
  }

  return Router()
    .post('/calendar/microsoft/start', bearer, (req, res, next) => void start(req, res).catch(next))
    .get(PATH, (req, res, next) => void callback(req, res).catch(next))
}

const cookieOf = (req: Request, name: string): string | undefined =>
  (req.headers.cookie ?? '')
    .split('; ')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1)
