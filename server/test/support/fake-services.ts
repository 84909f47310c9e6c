import type { SessionData } from 'express-session'
import type { Interval } from '../../src/domain/interval.ts'
import { createApp } from '../../src/http/app.ts'
import type { AppDependencies } from '../../src/http/app-dependencies.ts'
import type { AuditEvent } from '../../src/ports/audit-store.ts'
import type { Booking } from '../../src/ports/booking-store.ts'
import type { Service, Tenant } from '../../src/ports/tenant-store.ts'
import type { User } from '../../src/ports/user-store.ts'
import type { BookingOutcome } from '../../src/services/book-session.ts'
import type { CalendarOverview } from '../../src/services/connect-calendar.ts'
import type { Explanation } from '../../src/services/explain-slots.ts'
import { createFindTimes } from '../../src/services/find-times.ts'
import type { Offer } from '../../src/services/offer-slots.ts'
import {
  APP_URL,
  bookingOf,
  explanationOf,
  MANAGE_TOKEN,
  NOW,
  overviewOf,
  owner,
  PASSWORD,
  PASSWORD_TOKEN,
  providers,
  registration,
  service,
  slots,
  snapshot,
  tenant,
} from './fixtures.ts'
import { LogRecorder } from './log-recorder.ts'
import { storeOver } from './memory-session-store.ts'

/** What the fakes answer and what they were asked; a test changes the answers it is about. */
export interface Fakes {
  now: Date
  tenants: Tenant[]
  services: Service[]
  users: User[]
  overview: CalendarOverview
  offer: (first: string, last: string) => Offer
  explanation: (firstDay: string) => Explanation
  outcome: BookingOutcome
  found: Awaited<ReturnType<AppDependencies['cancelBooking']['find']>>
  bookings: Booking[]
  readiness: Awaited<ReturnType<AppDependencies['ready']>>
  over: Set<string>
  /** Runs before each answer, which waits for it. */
  before: (what: string) => Promise<void> | void
  readonly asked: { readonly what: string; readonly args: readonly unknown[] }[]
  readonly log: LogRecorder
  readonly audited: AuditEvent[]
  readonly sessions: Map<string, SessionData>
}

export function newFakes(): Fakes {
  const booking = bookingOf()
  return {
    now: NOW,
    tenants: [tenant],
    services: [service],
    users: [owner],
    overview: overviewOf(),
    offer: () => ({ known: true, slots, checkedAt: NOW }),
    explanation: () => explanationOf([]),
    outcome: { kind: 'booked', booking, manageToken: MANAGE_TOKEN },
    found: { booking, tenant, cancellable: true },
    bookings: [booking],
    readiness: { worker: true, database: true, migrations: true, keys: true, oldestJobSeconds: 0 },
    over: new Set(),
    before: () => {},
    asked: [],
    log: new LogRecorder(),
    audited: [],
    sessions: new Map(),
  }
}

/** Answers of the services that tests replace. */
export interface Swaps
  extends Partial<Pick<AppDependencies, 'appUrl' | 'trustProxyHops' | 'hsts' | 'rateLimits' | 'sessionStore'>> {
  readonly connectCalendar?: Partial<AppDependencies['connectCalendar']>
  readonly cancelBooking?: Partial<AppDependencies['cancelBooking']>
}

function fakeDependencies(fakes: Fakes, swaps: Swaps = {}): AppDependencies {
  const asked = async <T>(what: string, args: readonly unknown[], answer: T): Promise<T> => {
    fakes.asked.push({ what, args })
    await fakes.before(what)
    return answer
  }
  const tenants: AppDependencies['tenants'] = {
    byId: (id) =>
      asked(
        'tenant',
        [id],
        fakes.tenants.find((one) => one.id === id),
      ),
  }
  const snapshotOf = (isMeant: (one: Tenant) => boolean, window: Interval) => {
    const { overview, services } = fakes
    const connections = [overview.connection].filter((one) => one !== undefined)
    const found = fakes.tenants.find(isMeant)
    return asked('snapshot', [window], found && { ...snapshot, tenant: found, services, connections, window })
  }
  const rateLimits: AppDependencies['rateLimits'] = swaps.rateLimits ?? {
    consume: ({ limit, key }) =>
      asked('limit', [limit, key], { allowed: !fakes.over.has(limit), retryAfterSeconds: 42 }),
  }
  const bySlug: AppDependencies['snapshots']['bySlug'] = (slug, window) =>
    snapshotOf((one) => one.slug === slug && !one.suspended, window)
  const snapshots: AppDependencies['snapshots'] = {
    bySlug,
    countedBySlug: async (tried, slug, window) => ({
      count: await rateLimits.consume(tried),
      snapshot: await bySlug(slug, window),
    }),
    byId: (id, window) => snapshotOf((one) => one.id === id, window),
  }
  const offerSlots: AppDependencies['offerSlots'] = {
    offer: (r) => asked('offer', [r.firstDay, r.lastDay], fakes.offer(r.firstDay, r.lastDay)),
  }
  return {
    withLogFields: (_fields, work) => work(),
    appUrl: swaps.appUrl ?? APP_URL,
    trustProxyHops: swaps.trustProxyHops ?? 0,
    hsts: swaps.hsts ?? { maxAgeSeconds: 31_536_000, includesSubdomains: true },
    sessionSecret: 'a secret of at least thirty-two characters',
    providers,
    offerSlots,
    findTimes: createFindTimes({ offerSlots }),
    explainSlots: {
      explain: (r) => asked('explain', [r.service.id, r.firstDay, r.lastDay, r.afresh], fakes.explanation(r.firstDay)),
    },
    bookSession: {
      async book({ admit, ...request }) {
        const outcome = await asked('book', [request], fakes.outcome)
        const admission = await admit()
        return admission.allowed ? outcome : { kind: 'too_many', retryAfterMs: admission.retryAfterMs }
      },
    },
    cancelBooking: {
      byClient: ({ booking }) => asked('cancel', [booking.id], 'cancelled'),
      byTherapist: (_user, id) =>
        asked('cancel', [id], fakes.bookings.some((one) => one.id === id) ? 'cancelled' : undefined),
      find: (token) => asked('find', [token], token === MANAGE_TOKEN ? fakes.found : undefined),
      ...swaps.cancelBooking,
    },
    connectCalendar: {
      overview: (user) => asked('overview', [user.id], fakes.overview),
      start: (request) => asked('start', [request], new URL('/authorize?state=s', 'https://login.microsoft.example')),
      finish: (callback) => asked('finish', [callback], 'connected' as const),
      confirm: (_user, id, events) =>
        asked(
          'confirm',
          [id, events],
          id === fakes.overview.pending?.connection.id ? ('replaced' as const) : undefined,
        ),
      disconnect: (_user, id, events) => asked('disconnect', [id, events], id === fakes.overview.connection?.id),
      releaseGrants: (user) => asked('releaseGrants', [user.tenantId], undefined),
      chooseCalendars: (_user, id, ids, policy, writing) =>
        asked(
          'chooseCalendars',
          [id, ids, policy, writing],
          ids.length === 0 ? ('none_ticked' as const) : ('saved' as const),
        ),
      checkCalendars: (user) => asked('checkCalendars', [user.tenantId], 'checked' as const),
      listCalendars: (user) => asked('listCalendars', [user.id], 'listed' as const),
      askAdministrator: (_user, provider, access) =>
        asked('askAdministrator', [provider, access], {
          registration,
          link: {
            url: new URL('https://login.microsoft.example/adminconsent'),
            until: new Date('2030-03-11T08:00:00Z'),
          },
        }),
      finishAdminConsent: (callback) =>
        asked('finishAdminConsent', [callback], { outcome: 'approved' as const, tenantId: tenant.id }),
      ...swaps.connectCalendar,
    },
    tenants,
    snapshots,
    users: {
      byEmail: (email) =>
        asked(
          'user',
          [email],
          fakes.users.find((one) => one.email === email),
        ),
      byId: (id) =>
        asked(
          'user',
          [id],
          fakes.users.find((one) => one.id === id),
        ),
      changePassword: (user) => asked('changePassword', [user.id], true),
      signOutEverywhere: (user) => asked('signOutEverywhere', [user.id], undefined),
    },
    bookings: {
      byId: (_tenantId, id) =>
        asked(
          'booking',
          [id],
          fakes.bookings.find((one) => one.id === id),
        ),
      sayOfEvent: (_tenantId, id, word, actor) =>
        asked('sayOfEvent', [id, word, actor], fakes.bookings.some((one) => one.id === id) ? 'done' : undefined),
      unremoved: (tenantId) => asked('unremoved', [tenantId], []),
      upcoming: (tenantId) => asked('upcoming', [tenantId], fakes.bookings),
    },
    comparisons: { notices: async () => [] },
    answerDifference: { answer: async () => undefined },
    formerEvents: {
      unremoved: () => Promise.resolve([]),
      say: (...said) => asked('sayOfFormer', said, undefined),
    },
    audit: { append: (event) => asked('audit', [fakes.audited.push(event)], undefined) },
    sessionStore: swaps.sessionStore ?? storeOver(fakes.sessions),
    rateLimits,
    passwords: {
      hash: () => asked('hash', [], 'another hash'),
      verify: (hash, password) => asked('verify', [], hash === 'hash' && password === PASSWORD),
    },
    clientRetention: {
      setting: () => asked('retention', [], undefined),
      count: (_user, years) => asked('countErased', [years], 3),
      decide: (_user, decision) => asked('decideRetention', [decision], decision.shown === 3 ? 'decided' : 'changed'),
    },
    passwordLinks: {
      find: (token) => asked('findPasswordLink', [token], token === PASSWORD_TOKEN ? fakes.users[0] : undefined),
      use: (token) => asked('usePasswordLink', [token], undefined),
    },
    clock: { now: () => fakes.now },
    log: fakes.log,
    ready: () => Promise.resolve(fakes.readiness),
  }
}

export const fakeApp = (fakes: Fakes, swaps: Swaps = {}) => createApp(fakeDependencies(fakes, swaps))
