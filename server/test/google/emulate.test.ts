import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { createEmulator, type Emulator } from 'emulate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { GoogleConfig } from '../../src/adapters/google-calendar/config.ts'
import { createGoogleCalendar } from '../../src/adapters/google-calendar/index.ts'
import type { CalendarBinding } from '../../src/ports/calendar-binding.ts'
import type { ConnectionContext, Grant } from '../../src/ports/calendar-connector.ts'
import { silentLog } from '../../src/ports/log.ts'
import { at, busyOf, draft, failureOf } from '../contract/calendar-under-test.ts'
import { REDIRECT_URI } from '../support/google-account.ts'
import { MemoryVault } from '../support/memory-vault.ts'
import { MovableClock } from '../support/movable-clock.ts'

const EMAIL = 'iris@practice.example'
const REF = { tenantId: 'tenant-1', connectionId: 'connection-1' }
const Sent = z.object({ id: z.string(), extendedProperties: z.unknown() })
const Received = z.looseObject({ id: z.string() })
const vault = new MemoryVault({ now: () => new Date() })

let emulator: Emulator
let config: GoogleConfig
const clock = new MovableClock()
let connection: ConnectionContext

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** What the Calendar API answers of an event that is not there: developers.google.com/workspace/calendar/api/guides/errors */
const NO_EVENT = {
  error: { code: 404, message: 'Not Found', errors: [{ domain: 'global', reason: 'notFound', message: 'Not Found' }] },
}
const isLookUp = (url: URL, init?: RequestInit): boolean =>
  /\/events\/\w+$/.test(url.pathname) && init?.method === 'GET'

/** `emulate` knows no events.get: its own 404 speaks of the address, and says nothing of an event. */
const withoutLookUps: typeof fetch = async (input, init) =>
  isLookUp(new URL(input instanceof Request ? input.url : input), init)
    ? Response.json(NO_EVENT, { status: 404 })
    : fetch(input, init)

/**
 * `emulate` 0.12.2 ignores the id that an event is sent with, keeps no extended properties, and knows no events.get.
 * Between it and the adapter, this keeps the two names of an event apart, and answers the look-up from what was sent.
 */
function fillingGaps(): typeof fetch {
  const made = new Map<string, { readonly id: string; readonly answer: object }>()
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const [, chosen] = url.pathname.match(/\/events\/(\w+)$/) ?? []
    const known = made.get(chosen ?? '')
    if (isLookUp(url, init)) return Response.json(known?.answer ?? NO_EVENT, { status: known ? 200 : 404 })
    if (known) url.pathname = url.pathname.replace(/\w+$/, known.id)
    const response = await fetch(url, init)
    if (!url.pathname.endsWith('/events') || init?.method !== 'POST') return response
    const sent = Sent.parse(JSON.parse(String(init.body)))
    const received = Received.parse(await response.json())
    const answer = { ...received, id: sent.id, extendedProperties: sent.extendedProperties }
    made.set(sent.id, { id: received.id, answer })
    return Response.json(answer)
  }
}

const bind = (through: typeof fetch): CalendarBinding =>
  createGoogleCalendar({ config, vault, clock, log: silentLog, fetch: through })

beforeAll(async () => {
  const redirect_uris = [REDIRECT_URI]
  emulator = await createEmulator({
    service: 'google',
    port: await freePort(),
    seed: {
      google: {
        users: [{ email: EMAIL, name: 'Iris' }],
        oauth_clients: [{ client_id: 'client', client_secret: 'client-secret', name: 'Booking', redirect_uris }],
        calendars: [{ id: EMAIL, user_email: EMAIL, summary: EMAIL, primary: true, time_zone: 'UTC' }],
        calendar_events: [
          {
            id: 'evt1',
            user_email: EMAIL,
            calendar_id: EMAIL,
            summary: 'Elsewhere',
            start_date_time: at('08:00').toISOString(),
            end_date_time: at('09:00').toISOString(),
          },
        ],
      },
    },
  })
  config = {
    clientId: 'client',
    clientSecret: 'client-secret',
    authorizationUrl: `${emulator.url}/o/oauth2/v2/auth`,
    tokenUrl: `${emulator.url}/oauth2/token`,
    apiUrl: emulator.url,
  }
})
afterAll(() => emulator.close())

/** What a browser does at its sign-in page. */
async function choose(url: URL): Promise<string> {
  const page = await fetch(url)
  expect(page.status).toBe(200)
  const form = new URLSearchParams(url.searchParams)
  form.set('email', EMAIL)
  const action = new URL('/o/oauth2/v2/auth/callback', url)
  const answer = await fetch(action, { method: 'POST', body: form, redirect: 'manual' })
  const back = new URL(answer.headers.get('location') ?? '')
  expect(back.searchParams.get('state')).toBe('state')
  return back.searchParams.get('code') ?? ''
}

async function signIn(): Promise<Grant> {
  const { connector } = bind(fetch)
  const codeVerifier = randomBytes(32).toString('base64url')
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')
  const attempt = { redirectUri: REDIRECT_URI, access: 'bookings', nonce: 'nonce' } as const
  const { url } = await connector.authorize({ ...attempt, state: 'state', codeChallenge })
  return connector.redeem({ ...attempt, code: await choose(url), codeVerifier })
}

describe('google (emulate, a third party’s emulator)', () => {
  it('connects with code and PKCE', async () => {
    const { accountKey, accountAddress, access, ...grant } = await signIn()
    expect([accountAddress, access]).toEqual([EMAIL, 'bookings'])
    vault.put(REF, grant)
    connection = {
      id: REF.connectionId,
      tenantId: REF.tenantId,
      ...{ accountKey, access, timeZone: 'UTC', calendarIds: [EMAIL] },
      policy: { tentativeBlocks: true, workingElsewhereBlocks: false },
    }
  })

  it('lists calendars and reads free/busy', async () => {
    const binding = bind(fetch)
    const listings = await binding.connector.listCalendars(connection)
    expect(listings).toEqual([{ id: EMAIL, name: EMAIL, isDefault: true }])
    expect(await busyOf(binding.calendarFor(connection))).toEqual(['06-14T08:00/06-14T09:00'])
  })

  it('INV-7 takes a calendar that is left out of the answer for unknown, not for free', async () => {
    const provider = bind(fetch).calendarFor({ ...connection, calendarIds: [EMAIL, 'gone'] })
    expect((await failureOf(busyOf(provider))).reason).toBe('garbled')
  })

  it('refreshes', async () => {
    clock.advance(3_600_000)
    await busyOf(bind(fetch).calendarFor(connection))
    expect(await vault.status(REF)).toMatchObject({ version: 2 })
  })

  it('writes an event that blocks, and removes it', async () => {
    const provider = bind(fillingGaps()).calendarFor(connection)
    const { id } = await provider.createEvent(draft())
    expect(await busyOf(provider)).toEqual(['06-14T08:00/06-14T09:00', '06-14T10:00/06-14T10:50'])
    await provider.deleteEvent(id)
    expect(await busyOf(provider)).toEqual(['06-14T08:00/06-14T09:00'])
  })

  it('an event that came back under another id is not trusted', async () => {
    const failure = await failureOf(bind(withoutLookUps).calendarFor(connection).createEvent(draft()))
    expect(failure.reason).toBe('garbled')
  })

  it('revokes', async () => {
    const tokens = await vault.read(REF)
    await bind(fetch).connector.revoke(tokens?.tokenCache ?? '')
    clock.advance(3_600_000)
    expect((await failureOf(busyOf(bind(fetch).calendarFor(connection)))).reason).toBe('reconnect')
  })
})
