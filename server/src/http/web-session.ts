import type { CookieOptions, Request, RequestHandler, Response } from 'express'
import session, { type SessionData, type Store } from 'express-session'
import { HOUR_MS, MINUTE_MS } from '../domain/durations.ts'
import type { Clock } from '../ports/clock.ts'
import type { User, UserStore } from '../ports/user-store.ts'
import { HttpError } from './http-error.ts'
import { readByUser } from './reader-locale.ts'

declare module 'express-session' {
  interface SessionData {
    userId: string
    /** Milliseconds since the epoch. */
    signedInAt: number
    seenAt: number
    /** Until it is saved for the first time: the store makes a row for no other web session. */
    isNew?: true
  }
}

declare global {
  namespace Express {
    interface Locals {
      user?: User
      requestId?: string
    }
  }
}

const IDLE_MS = 30 * MINUTE_MS
const ABSOLUTE_MS = 12 * HOUR_MS

interface SessionSettings {
  readonly appUrl: string
  readonly sessionSecret: string
  readonly sessionStore: Store
}

const isHttps = (appUrl: string): boolean => appUrl.startsWith('https:')

/** `__Host-` needs Secure, so it is for https only; loopback goes without. */
export const cookieName = (name: string, appUrl: string): string => (isHttps(appUrl) ? `__Host-${name}` : name)

/** Lax, not Strict: the therapist must still be signed in when her provider sends her back. */
export const cookieOptions = (appUrl: string): CookieOptions => ({
  httpOnly: true,
  sameSite: 'lax',
  path: '/',
  secure: isHttps(appUrl),
})

export function sessions({ appUrl, sessionSecret, sessionStore }: SessionSettings): RequestHandler {
  const handler = session({
    name: cookieName('session', appUrl),
    secret: sessionSecret,
    store: sessionStore,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps(appUrl), maxAge: IDLE_MS },
  })
  return (req, res, next) => {
    // express-session writes a Secure cookie only where `req.secure` says so. What counts is the public origin, which
    // is configuration, and not what a proxy in between claims.
    if (isHttps(appUrl)) Object.defineProperty(req, 'secure', { value: true, configurable: true })
    handler(req, res, next)
  }
}

/** Starts a new web session for the user: an id that the browser brought along is not adopted (session fixation). */
export async function signIn(req: Request, user: User, now: Date): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    req.session.regenerate((error) => (error ? reject(error) : resolve()))
  })
  req.session.userId = user.id
  req.session.signedInAt = now.getTime()
  req.session.seenAt = now.getTime()
  req.session.isNew = true
  await new Promise<void>((resolve, reject) => {
    req.session.save((error) => (error ? reject(error) : resolve()))
  })
  delete req.session.isNew
}

export async function signOut(req: Request, res: Response, appUrl: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    req.session.destroy((error) => (error ? reject(error) : resolve()))
  })
  res.clearCookie(cookieName('session', appUrl), cookieOptions(appUrl))
}

/** Whether the session has lasted too long, or was idle for too long. */
export const isOver = ({ signedInAt = 0, seenAt = 0 }: Partial<SessionData>, now: number): boolean =>
  now - signedInAt >= ABSOLUTE_MS || now - seenAt >= IDLE_MS

/**
 * Who is signed in. The user's row is read again each time, so that a disabled user or a suspended tenant is out at once.
 * `extends`: false where another site may have led the browser: the idle time goes on as if nobody had come.
 */
export function currentUser(
  users: UserStore,
  clock: Clock,
  { extends: isExtended = true }: { readonly extends?: boolean } = {},
): (req: Request) => Promise<User | undefined> {
  return async (req) => {
    const { userId } = req.session
    if (userId === undefined) return undefined
    const now = clock.now().getTime()
    const user = isOver(req.session, now) ? undefined : await users.byId(userId)
    if (user === undefined) {
      await new Promise<void>((resolve, reject) => {
        req.session.destroy((error) => (error ? reject(error) : resolve()))
      })
      return undefined
    }
    // Written at most once a minute, to spare the database.
    if (isExtended && now - (req.session.seenAt ?? 0) >= MINUTE_MS) req.session.seenAt = now
    return user
  }
}

export function requireUser(users: UserStore, clock: Clock): RequestHandler {
  const find = currentUser(users, clock)
  return async (req, res, next) => {
    const user = await find(req)
    if (user === undefined) throw new HttpError('signed_out')
    res.locals.user = user
    readByUser(res, user)
    next()
  }
}

export function userOf(res: Response): User {
  const { user } = res.locals
  if (user === undefined) throw new HttpError('signed_out')
  return user
}
