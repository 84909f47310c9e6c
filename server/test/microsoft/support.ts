import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { afterAll, afterEach } from 'vitest'
import {
  type Account,
  type AccountDraft,
  type EmulatorOptions,
  type MicrosoftEmulator,
  startMicrosoftEmulator,
} from '../../dev/microsoft-emulator/index.ts'
import type { MicrosoftConfig } from '../../src/adapters/microsoft-calendar/config.ts'
import { createMicrosoftCalendar, type MicrosoftOptions } from '../../src/adapters/microsoft-calendar/index.ts'
import type { CalendarBinding } from '../../src/ports/calendar-binding.ts'
import type {
  AuthorizeParams,
  CalendarAccess,
  ConnectionContext,
  Grant,
  RedeemParams,
} from '../../src/ports/calendar-connector.ts'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import type { CreateEventParams, ICalendarProvider } from '../../src/ports/calendar-provider.ts'
import { LogRecorder } from '../support/log-recorder.ts'
import { MemoryVault } from '../support/memory-vault.ts'
import { MovableClock } from '../support/movable-clock.ts'

export const CLIENT_ID = '11111111-aaaa-4bbb-8ccc-222222222222'
export const CLIENT_SECRET = 'a secret of the tests/+%'
export const REDIRECT_URI = 'http://127.0.0.1:3999/settings/calendar/callback/microsoft'

export const configOf = (origin: string, change: Partial<MicrosoftConfig> = {}): MicrosoftConfig => ({
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  tenant: 'common',
  authorityUrl: origin,
  graphUrl: origin,
  readScope: 'Calendars.ReadBasic',
  ...change,
})

export interface MicrosoftFixture {
  readonly emulator: MicrosoftEmulator
  readonly clock: MovableClock
  readonly log: LogRecorder
  readonly vault: MemoryVault
  readonly binding: CalendarBinding
}

/** An emulator for a test file, and our side of it. Exchanges go to the file named by RECORD_EXCHANGES, if any. */
export async function startMicrosoft(
  emulatorOptions: Partial<EmulatorOptions> = {},
  options: Partial<MicrosoftOptions> & { readonly configure?: Partial<MicrosoftConfig> } = {},
): Promise<MicrosoftFixture> {
  const clock = new MovableClock()
  const emulator = await startMicrosoftEmulator({
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    redirectUris: [REDIRECT_URI],
    now: clock.now,
    ...emulatorOptions,
  })
  const log = new LogRecorder()
  const vault = new MemoryVault(clock)
  const { configure, ...rest } = options
  const binding = bindingOf({ emulator, clock, log, vault }, rest, configure)
  afterEach(() => {
    emulator.faults.clear()
    record(emulator)
    log.clear()
    clock.waits.length = 0
    vault.before = () => {}
  })
  afterAll(() => emulator.close())
  return { emulator, clock, log, vault, binding }
}

/** Our side once more: another process, or the same one after a restart. */
export const bindingOf = (
  { emulator, clock, log, vault }: Omit<MicrosoftFixture, 'binding'>,
  options: Partial<MicrosoftOptions> = {},
  configure: Partial<MicrosoftConfig> = {},
): CalendarBinding =>
  createMicrosoftCalendar({
    config: configOf(emulator.origin, configure),
    vault,
    clock,
    log,
    sleep: clock.sleep,
    random: () => 0.5,
    ...options,
  })

export function record(emulator: MicrosoftEmulator): void {
  const file = process.env.RECORD_EXCHANGES
  if (file) appendFileSync(file, emulator.journal.toJsonLines())
  emulator.journal.clear()
}

export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

export interface SignIn {
  readonly request: AuthorizeParams
  readonly verifier: string
}

export function signInRequest(access: CalendarAccess, change: Partial<AuthorizeParams> = {}): SignIn {
  const verifier = randomBytes(32).toString('base64url')
  const request: AuthorizeParams = {
    redirectUri: REDIRECT_URI,
    access,
    state: randomBytes(16).toString('base64url'),
    nonce: randomBytes(16).toString('base64url'),
    codeChallenge: challengeOf(verifier),
    ...change,
  }
  return { request, verifier }
}

/** Authorize, consent in the emulator's pages, come back. */
export async function comeBack(
  { emulator, binding }: Pick<MicrosoftFixture, 'emulator' | 'binding'>,
  account: Account,
  access: CalendarAccess,
): Promise<RedeemParams> {
  const { request, verifier } = signInRequest(access)
  const { url } = await binding.connector.authorize(request)
  const callback = new URL(await emulator.signIn(url.href, account))
  const code = callback.searchParams.get('code') ?? ''
  return { redirectUri: REDIRECT_URI, access, code, codeVerifier: verifier, nonce: request.nonce }
}

export interface Connected {
  readonly account: Account
  readonly grant: Grant
  readonly connection: ConnectionContext
  readonly provider: ICalendarProvider
  readonly ref: { readonly tenantId: string; readonly connectionId: string }
}

export interface ConnectOptions {
  readonly access?: CalendarAccess
  readonly account?: Partial<AccountDraft>
  readonly connection?: Partial<ConnectionContext>
}

let accounts = 0

/** A therapist who has connected her calendar, all of it the way it really goes. */
export async function connect(fixture: MicrosoftFixture, options: ConnectOptions = {}): Promise<Connected> {
  accounts += 1
  const account = fixture.emulator.addAccount({
    kind: 'work',
    address: `therapist-${accounts}@practice.example`,
    ...options.account,
  })
  const grant = await fixture.binding.connector.redeem(await comeBack(fixture, account, options.access ?? 'bookings'))
  return attach(fixture, account, grant, options)
}

export function attach(
  fixture: MicrosoftFixture,
  account: Account,
  grant: Grant,
  options: ConnectOptions = {},
): Connected {
  const connection: ConnectionContext = {
    id: randomUUID(),
    tenantId: randomUUID(),
    accountKey: grant.accountKey,
    access: grant.access,
    timeZone: 'Europe/Berlin',
    calendarIds: [fixture.emulator.calendar(account).id],
    policy: { tentativeBlocks: true, workingElsewhereBlocks: false },
    ...options.connection,
  }
  const ref = { tenantId: connection.tenantId, connectionId: connection.id }
  const { tokenCache, accessExpiresAt, scopes } = grant
  fixture.vault.put(ref, { tokenCache, accessExpiresAt, scopes })
  return { account, grant, connection, ref, provider: fixture.binding.calendarFor(connection) }
}

export async function failureOf(promise: Promise<unknown>): Promise<CalendarError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof CalendarError) return error
    throw error
  }
  throw new Error('it did not fail')
}

export const reasonOf = async (promise: Promise<unknown>): Promise<string> => (await failureOf(promise)).reason

export const window = (start: string, end: string) => ({ start: new Date(start), end: new Date(end) })

export const JANUARY = window('2027-01-04T00:00:00Z', '2027-01-11T00:00:00Z')

export const busy = async (provider: ICalendarProvider, params = JANUARY): Promise<string[]> =>
  (await provider.getFreeBusy(params)).busy.map(({ start, end }) => `${short(start)}/${short(end)}`)

const short = (instant: Date): string => instant.toISOString().replace(':00.000Z', 'Z')

export const booking = (change: Partial<CreateEventParams> = {}): CreateEventParams => ({
  idempotencyKey: randomUUID(),
  ...window('2027-01-05T09:00:00Z', '2027-01-05T09:50:00Z'),
  timeZone: 'Europe/Berlin',
  title: 'Appointment',
  ...change,
})
