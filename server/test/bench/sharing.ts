import { systemClock } from '../../src/ports/clock.ts'
import { silentLog } from '../../src/ports/log.ts'
import type { TenantSnapshot } from '../../src/ports/tenant-snapshot.ts'
import { createOfferSlots } from '../../src/services/offer-slots.ts'
import { createReadFreeBusy } from '../../src/services/read-free-busy.ts'
import { connection as anyConnection, tenant as anyTenant, service } from '../support/fixtures.ts'
import type { RemoteEmulator } from './emulator.ts'
import { exactly, type Figure } from './figures.ts'
import { took } from './measure.ts'
import { WORKING_HOURS } from './slots.ts'
import { connectTherapists, memoryVaultOf, newBinding, type Therapist, windowOf } from './therapists.ts'

const CALLERS = 100
const EXPIRED_CALLERS = 50
const EVENTS = 40

export const sharing = async (emulator: RemoteEmulator): Promise<Figure[]> => [
  ...(await identicalQuestions(emulator)),
  ...(await expiredToken(emulator)),
]

/** A page that a hundred people open at once, through the services of the application. */
async function identicalQuestions(emulator: RemoteEmulator): Promise<Figure[]> {
  const [therapist] = await connectTherapists(emulator, { mailboxes: 1, calendars: 3, events: EVENTS })
  if (therapist === undefined) throw new Error('nobody was seeded')
  const offers = slotsOf(emulator, therapist)
  const snapshot = snapshotOf(therapist)
  const today = systemClock.now()
  const day = (offset: number) => new Date(today.getTime() + offset * 864e5).toISOString().slice(0, 10)
  const request = { snapshot, service, firstDay: day(0), lastDay: day(60) }
  await emulator.count()
  const ms = await took(async () => {
    const answers = await Promise.all(Array.from({ length: CALLERS }, () => offers.offer(request)))
    if (!answers.every(({ known }) => known)) throw new Error('a slot request was not answered')
  })
  const { graph } = await emulator.count()
  const note = `all answered after ${ms.toFixed(0)} ms`
  const name = `${CALLERS} identical slot requests at once: Graph requests`
  return [{ name, value: graph, unit: '', target: exactly(graph, 1), note }]
}

function snapshotOf({ connection }: Therapist): TenantSnapshot {
  const { id, tenantId, accountKey, calendarIds, timeZone, policy } = connection
  const calendars = calendarIds.map((externalId) => ({
    id: externalId,
    externalId,
    name: 'Calendar',
    isDefault: false,
    blocks: true,
    firstSeenAt: systemClock.now(),
  }))
  return {
    tenant: { ...anyTenant, id: tenantId, timeZone, policy },
    services: [service],
    workingHours: WORKING_HOURS,
    connections: [{ ...anyConnection, id, tenantId, accountKey, calendars }],
    blocked: [],
    window: { start: new Date(0), end: new Date(0) },
  }
}

function slotsOf(emulator: RemoteEmulator, therapist: Therapist) {
  const freeBusy = createReadFreeBusy({
    connections: {
      recordRead: async () => {},
      recordFailure: async () => {},
      recordMismatch: async () => false,
    },
    evidence: { failed: async () => {} },
    providers: { MICROSOFT: newBinding(emulator, memoryVaultOf([therapist])), GOOGLE: undefined },
    clock: systemClock,
    log: silentLog,
    freshMs: 20_000,
    maxAgeMs: 300_000,
  })
  return createOfferSlots({ bookings: { blocked: async () => [] }, freeBusy, clock: systemClock })
}

/** An hour after the last refresh: the stored access token is over, for us and for Graph. */
async function expiredToken(emulator: RemoteEmulator): Promise<Figure[]> {
  const [therapist] = await connectTherapists(emulator, { mailboxes: 1, calendars: 1, events: EVENTS })
  if (therapist === undefined) throw new Error('nobody was seeded')
  const { tokens, connection } = therapist
  const stale = { ...tokens, tokenCache: expired(tokens.tokenCache) }
  await emulator.expireAccessTokens()
  const provider = newBinding(emulator, memoryVaultOf([{ connection, tokens: stale }])).calendarFor(connection)
  await emulator.count()
  const ms = await took(() =>
    Promise.all(Array.from({ length: EXPIRED_CALLERS }, (_, caller) => provider.getFreeBusy(windowOf(EVENTS, caller)))),
  )
  const { graph, token } = await emulator.count()
  const note = `${graph} Graph requests on windows of their own, all answered after ${ms.toFixed(0)} ms`
  const name = `${EXPIRED_CALLERS} callers with an expired access token: token requests`
  return [{ name, value: token, unit: '', target: exactly(token, 1), note }]
}

function expired(tokenCache: string): string {
  const cache = JSON.parse(tokenCache) as { AccessToken: Record<string, { expires_on: string }> }
  for (const token of Object.values(cache.AccessToken)) token.expires_on = '1'
  return JSON.stringify(cache)
}
