import { createHash, randomBytes } from 'node:crypto'
import { type GoogleEmulator, startGoogleEmulator } from '../../dev/google-emulator/index.ts'
import type { GoogleConfig } from '../../src/adapters/google-calendar/config.ts'
import { createGoogleCalendar, type GoogleOptions } from '../../src/adapters/google-calendar/index.ts'
import type { CalendarBinding } from '../../src/ports/calendar-binding.ts'
import type { CalendarAccess, ConnectionContext, Grant, RedeemParams } from '../../src/ports/calendar-connector.ts'
import { type Clock, systemClock } from '../../src/ports/clock.ts'
import { LogRecorder } from './log-recorder.ts'
import { MemoryVault } from './memory-vault.ts'

export const REDIRECT_URI = 'http://127.0.0.1:3000/settings/calendar/callback/google'
export const IRIS = 'iris@practice.example'
export const ZONE = 'Europe/Berlin'

export const emulatorConfig = (origin: string): GoogleConfig => ({
  clientId: 'booking-client',
  clientSecret: 'booking-client-secret',
  authorizationUrl: `${origin}/o/oauth2/v2/auth`,
  tokenUrl: `${origin}/token`,
  apiUrl: origin,
})

export interface GoogleFixture {
  readonly google: GoogleEmulator
  readonly binding: CalendarBinding
  readonly vault: MemoryVault
  readonly log: LogRecorder
  /** A second process: the same rows, memory of its own. */
  another(options?: Partial<GoogleOptions>): CalendarBinding
  close(): Promise<void>
}

/** Long enough for an exchange on loopback, and no longer. */
const brief = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, 5)))

type FixtureOptions = Partial<Omit<GoogleOptions, 'vault'>> & { readonly vault?: MemoryVault }

/** `fetch`, with something that happens on the way of each request of this method, before it reaches Google. */
export const fetchAfter =
  (method: string, meanwhile: () => void): typeof fetch =>
  (input, init) => {
    if (init?.method === method) meanwhile()
    return fetch(input, init)
  }

/** The adapter and an emulated Google. Waits are brief. */
export async function startGoogle(options: FixtureOptions = {}): Promise<GoogleFixture> {
  const clock: Clock = options.clock ?? systemClock
  const credentials = { clientId: 'booking-client', clientSecret: 'booking-client-secret' }
  const google = await startGoogleEmulator({
    ...credentials,
    redirectUris: [REDIRECT_URI],
    timeZone: ZONE,
    now: () => clock.now(),
  })
  const vault = options.vault ?? new MemoryVault({ now: () => new Date() })
  const log = new LogRecorder()
  const another = (own: Partial<GoogleOptions> = {}): CalendarBinding =>
    createGoogleCalendar({
      config: emulatorConfig(google.origin),
      vault,
      clock,
      log,
      sleep: brief,
      random: () => 0,
      ...options,
      ...own,
    })
  return { google, vault, log, binding: another(), another, close: () => google.close() }
}

export interface SignIn {
  readonly access?: CalendarAccess
  readonly account?: string
  readonly withheld?: readonly string[]
  /** Falsifies what is brought to the redemption. */
  readonly falsify?: Partial<RedeemParams>
}

/** The whole way of a therapist through Google's pages, up to the grant. */
export async function signIn({ binding, google }: GoogleFixture, options: SignIn = {}): Promise<Grant> {
  const { access = 'bookings', account = IRIS, withheld = [], falsify = {} } = options
  const codeVerifier = randomBytes(32).toString('base64url')
  const nonce = randomBytes(16).toString('base64url')
  const { url } = await binding.connector.authorize({
    redirectUri: REDIRECT_URI,
    access,
    state: 'state',
    nonce,
    codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
  })
  const code = google.signIn(url, account, 'accept', withheld).searchParams.get('code') ?? ''
  return binding.connector.redeem({ redirectUri: REDIRECT_URI, access, code, codeVerifier, nonce, ...falsify })
}

/** Connects an account and gives what a service would then open. */
export async function connect(fixture: GoogleFixture, options: SignIn = {}): Promise<ConnectionContext> {
  const { accountKey, access, ...grant } = await signIn(fixture, options)
  const connection = { id: 'connection-1', tenantId: 'tenant-1' }
  fixture.vault.put({ tenantId: connection.tenantId, connectionId: connection.id }, grant)
  return {
    ...connection,
    accountKey,
    access,
    timeZone: ZONE,
    calendarIds: [...fixture.google.account(options.account ?? IRIS).calendars.keys()],
    policy: { tentativeBlocks: true, workingElsewhereBlocks: false },
  }
}
