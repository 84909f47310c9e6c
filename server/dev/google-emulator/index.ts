import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as calendar from './calendar.ts'
import * as changes from './event-changes.ts'
import { listEvents } from './event-list.ts'
import { createFaults, type Fault } from './faults.ts'
import { createOAuth } from './oauth.ts'
import { calendarPage, STYLE } from './pages.ts'
import {
  type Answer,
  type Ask,
  calendarOf,
  type EmulatedAccount,
  type EmulatedCalendar,
  type EmulatedEvent,
  type EventContent,
  isOwned,
  newAccount,
  newCalendar,
  refuse,
} from './world.ts'

export type { Fault } from './faults.ts'
export { THROTTLINGS, type Throttling } from './throttle.ts'
export type { EmulatedAccount, EmulatedEvent } from './world.ts'

export interface GoogleEmulatorOptions {
  readonly port?: number
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  readonly now?: () => Date
  /** IANA: the zone of every calendar. */
  readonly timeZone?: string
}

/** One exchange. Never a token, a code, a secret or a header. */
export interface JournalEntry {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  readonly status: number | 'hang' | 'reset'
}

const PLAIN_OAUTH_FIELDS = ['grant_type', 'response_type', 'scope', 'prompt', 'access_type', 'code_challenge_method']
const AUTH = 'https://www.googleapis.com/auth/calendar'
// Beside AUTH itself. developers.google.com/workspace/calendar/api/v3/reference
const NEEDS = {
  freeBusy: ['freebusy', 'readonly'],
  list: ['calendarlist.readonly', 'calendarlist', 'readonly'],
  events: ['events.owned', 'events'],
}

export type GoogleEmulator = Awaited<ReturnType<typeof startGoogleEmulator>>

/** Google's OAuth and Calendar v3 on loopback, as far as a booking site needs them. */
export async function startGoogleEmulator(options: GoogleEmulatorOptions) {
  const now = options.now ?? (() => new Date())
  const zone = options.timeZone ?? 'Europe/Berlin'
  const accounts = [newAccount('101', 'iris@practice.example', zone), newAccount('102', 'jonas@practice.example', zone)]
  const journal: JournalEntry[] = []
  const faults = createFaults()
  const settings = { pageSize: 100 }
  let origin = ''
  const oauth = await createOAuth({ ...options, accounts, now, issuer: () => origin })
  const accountOf = (email: string | null): EmulatedAccount => {
    const found = accounts.find((account) => account.email === email)
    if (!found) throw new Error('The emulator has no such account')
    return found
  }

  function api(ask: Ask, path: string): Answer {
    const grant = oauth.bearer(ask.authorization)
    if (!grant) return refuse(401, 'authError', 'Invalid Credentials')
    const [, calendarId, eventId] = path.match(/^calendars\/([^/]+)\/events(?:\/([^/]+))?$/) ?? []
    const enough = path === 'freeBusy' ? NEEDS.freeBusy : path === 'users/me/calendarList' ? NEEDS.list : NEEDS.events
    if (!grant.scopes.some((held) => held === AUTH || enough.some((scope) => held === `${AUTH}.${scope}`)))
      return refuse(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.')
    const parts = { account: grant.account, pageSize: settings.pageSize }
    if (path === 'freeBusy' && ask.method === 'POST') return calendar.freeBusy(ask, parts)
    if (path === 'users/me/calendarList' && ask.method === 'GET') return calendar.listCalendars(ask, parts)
    const target = calendarOf(grant.account, decodeURIComponent(calendarId ?? ''))
    if (!target) return refuse(404, 'notFound', 'Not Found')
    if (!grant.scopes.includes(AUTH) && !isOwned(target)) return refuse(403, 'forbidden', 'Forbidden')
    if (eventId !== undefined && ask.method === 'GET')
      return calendar.getEvent(ask, target, decodeURIComponent(eventId), parts)
    if (eventId !== undefined && ask.method === 'DELETE')
      return changes.deleteAsked(ask, target, decodeURIComponent(eventId), parts)
    if (eventId !== undefined && ask.method === 'PATCH')
      return changes.patchEvent(ask, target, decodeURIComponent(eventId), parts)
    if (eventId === undefined && ask.method === 'GET') return listEvents(ask, target, parts)
    if (eventId === undefined && ask.method === 'POST') return calendar.insertEvent(ask, target, parts)
    return refuse(404, 'notFound', 'Not Found')
  }

  /** A person's own hand: `calendarId` defaults to the primary calendar. */
  function addEvent(email: string, event: EventContent, calendarId = 'primary'): string {
    const target = calendarOf(accountOf(email), calendarId)
    if (!target) throw new Error('The account has no such calendar')
    const id = randomBytes(13).toString('hex')
    target.events.set(id, { ...event, id, status: 'confirmed' })
    return id
  }

  /** As its owner would: made, or shared with the account. */
  function addCalendar(email: string, summary: string, settings: Partial<EmulatedCalendar> = {}): EmulatedCalendar {
    const id = settings.id ?? `${randomBytes(13).toString('hex')}@group.calendar.example`
    const added = { ...newCalendar(id, zone, summary), ...settings }
    accountOf(email).calendars.set(id, added)
    return added
  }

  function page(ask: Ask): Answer {
    const form = new URLSearchParams(ask.body)
    const account = accountOf(form.get('account') ?? ask.query.get('account') ?? accounts[0]?.email ?? null)
    const target = calendarOf(account, form.get('calendar') ?? '')
    if (ask.method === 'GET') return { status: 200, body: calendarPage(accounts, account) }
    if (ask.path === '/calendar/remove' && target) changes.deleteEvent(target, form.get('event') ?? '')
    if (ask.path === '/calendar/add' && target) {
      const at = (name: string) => ({ dateTime: `${form.get(name)}:00`, timeZone: target.timeZone })
      addEvent(account.email, { summary: form.get('summary') ?? '', start: at('start'), end: at('end') }, target.id)
    }
    return { status: 303, headers: { location: `/calendar?account=${encodeURIComponent(account.email)}` } }
  }

  function route(ask: Ask): Answer | Promise<Answer> {
    if (ask.path.startsWith('/calendar/v3/')) return api(ask, ask.path.slice('/calendar/v3/'.length))
    if (/^\/calendar(\/(add|remove))?$/.test(ask.path)) return page(ask)
    switch (`${ask.method} ${ask.path}`) {
      case 'GET /o/oauth2/v2/auth':
        return oauth.authorize(ask)
      case 'POST /o/oauth2/v2/auth/decide':
        return oauth.decide(ask)
      case 'POST /token':
        return oauth.token(ask)
      case 'POST /revoke':
        return oauth.revoke(ask)
      case 'GET /oauth2/v3/certs':
        return oauth.certs()
      case 'GET /style.css':
        return { status: 200, body: STYLE, headers: { 'content-type': 'text/css' } }
      default:
        return refuse(404, 'notFound', 'Not Found')
    }
  }

  function note(ask: Ask, status: JournalEntry['status']): void {
    const open = ask.path.startsWith('/calendar')
    const fields = open ? ask.query : new URLSearchParams([...ask.query, ...new URLSearchParams(ask.body)])
    const kept = [...fields].filter(([name]) => open || PLAIN_OAUTH_FIELDS.includes(name))
    const body = ask.path.startsWith('/calendar/v3/') && ask.body !== '' ? JSON.parse(ask.body) : undefined
    journal.push({ method: ask.method, path: ask.path, query: Object.fromEntries(kept), body, status })
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const ask: Ask = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      authorization: request.headers.authorization,
      ifMatch: request.headers['if-match'],
      body: Buffer.concat(chunks).toString(),
    }
    const foreign = request.headers['sec-fetch-site'] === 'cross-site' && ask.method === 'POST'
    const work = async (): Promise<Answer> => (foreign ? refuse(403, 'forbidden', 'Forbidden') : route(ask))
    await faults.answer(ask, work, response, (status) => note(ask, status))
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.writeHead(500).end())
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    origin,
    accounts,
    journal,
    settings,
    account: accountOf,
    /** A new account, with two calendars. */
    addAccount(email: string): EmulatedAccount {
      const account = newAccount(String(101 + accounts.length), email, zone)
      accounts.push(account)
      return account
    },
    addEvent,
    addCalendar,
    /** As its owner would: a recurrence makes a series of it. */
    editEvent(email: string, eventId: string, change: Partial<EmulatedEvent>): void {
      const targets = [...accountOf(email).calendars.values()]
      if (!targets.some((target) => changes.editEvent(target, eventId, change))) throw new Error('no such event')
    },
    /** As its owner would, to another of her calendars. */
    moveEvent(email: string, eventId: string, calendarId: string): void {
      const { calendars } = accountOf(email)
      const target = calendars.get(calendarId)
      const moved = [...calendars.values()].some(
        (from) => target && from !== target && changes.moveEvent(from, target, eventId),
      )
      if (!moved) throw new Error('no such event, or no such calendar')
    },
    removeEvent(email: string, eventId: string): void {
      for (const target of accountOf(email).calendars.values()) changes.deleteEvent(target, eventId)
    },
    /** `match`: a method and a path, where `*` is one segment. Resolves when the fault has first struck. */
    failNext: (match: string, fault: Fault): Promise<void> => faults.add(match, fault),
    recover: (): void => faults.clear(),
    signIn: (authorizeUrl: URL, email: string, decision: 'accept' | 'decline', withheld?: readonly string[]): URL =>
      oauth.signIn(authorizeUrl, email, decision, withheld),
    withdraw: oauth.withdraw,
    signingKey: oauth.signingKey,
    expireAccessTokens: oauth.expireAccessTokens,
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
