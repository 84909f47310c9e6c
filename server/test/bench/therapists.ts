import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { walkThrough } from '../../dev/microsoft-emulator/sign-in.ts'
import type { MicrosoftConfig } from '../../src/adapters/microsoft-calendar/config.ts'
import { createMicrosoftCalendar } from '../../src/adapters/microsoft-calendar/index.ts'
import type { Interval } from '../../src/domain/interval.ts'
import type { Http } from '../../src/net/http.ts'
import type { CalendarBinding } from '../../src/ports/calendar-binding.ts'
import type { ConnectionContext } from '../../src/ports/calendar-connector.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { silentLog } from '../../src/ports/log.ts'
import type { StoredTokens, TokenVault } from '../../src/ports/token-vault.ts'
import { MemoryVault } from '../support/memory-vault.ts'
import type { RemoteEmulator } from './emulator.ts'
import { FIRST_EVENT, HOUR_MS, type Registration, type Seed, type SeededMailbox } from './emulator-process.ts'

export const REGISTRATION: Registration = {
  clientId: '11111111-aaaa-4bbb-8ccc-222222222222',
  clientSecret: 'a secret of the bench',
  redirectUri: 'http://127.0.0.1:3999/settings/calendar/callback/microsoft',
}

/** A connected calendar and the tokens its callback brought. */
export interface Therapist {
  readonly connection: ConnectionContext
  readonly tokens: Omit<StoredTokens, 'version'>
}

const configOf = (origin: string): MicrosoftConfig => ({
  clientId: REGISTRATION.clientId,
  clientSecret: REGISTRATION.clientSecret,
  tenant: 'common',
  authorityUrl: origin,
  graphUrl: origin,
  readScope: 'Calendars.ReadBasic',
})

/** The adapter as the application makes it, with nothing in memory yet. The log is silent: the bare exchange writes none either. */
export const newBinding = (
  { origin }: Pick<RemoteEmulator, 'origin'>,
  vault: TokenVault,
  http?: Http,
): CalendarBinding =>
  createMicrosoftCalendar({
    config: configOf(origin),
    vault,
    clock: systemClock,
    log: silentLog,
    ...(http === undefined ? {} : { http }),
  })

/** Seeds mailboxes and connects each the way a therapist does: sign-in, consent, callback. */
export async function connectTherapists(emulator: RemoteEmulator, seed: Seed): Promise<Therapist[]> {
  const { connector } = newBinding(emulator, new MemoryVault(systemClock))
  const therapists: Therapist[] = []
  for (const { address, calendarIds } of await emulator.seed(seed))
    therapists.push(await connect(connector, address, calendarIds))
  return therapists
}

async function connect(
  connector: CalendarBinding['connector'],
  address: SeededMailbox['address'],
  calendarIds: readonly string[],
): Promise<Therapist> {
  const codeVerifier = randomBytes(32).toString('base64url')
  const asked = { redirectUri: REGISTRATION.redirectUri, access: 'bookings' as const }
  const nonce = randomBytes(16).toString('base64url')
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')
  const { url } = await connector.authorize({ ...asked, state: 'state-of-the-bench', nonce, codeChallenge })
  const callback = new URL(await walkThrough(url.href, address, 'accept'))
  const code = callback.searchParams.get('code') ?? ''
  const grant = await connector.redeem({ ...asked, code, codeVerifier, nonce })
  return {
    connection: {
      id: randomUUID(),
      tenantId: randomUUID(),
      accountKey: grant.accountKey,
      access: grant.access,
      timeZone: 'Europe/Berlin',
      calendarIds,
      policy: { tentativeBlocks: true, workingElsewhereBlocks: false },
    },
    tokens: { tokenCache: grant.tokenCache, accessExpiresAt: grant.accessExpiresAt, scopes: grant.scopes },
  }
}

export function memoryVaultOf(therapists: readonly Therapist[]): MemoryVault {
  const vault = new MemoryVault(systemClock)
  for (const { connection, tokens } of therapists)
    vault.put({ tenantId: connection.tenantId, connectionId: connection.id }, tokens)
  return vault
}

/** Holds all of a seed's events, and is nobody else's: each caller's begins a minute earlier. */
export const windowOf = (events: number, caller = 0): Interval => ({
  start: new Date(FIRST_EVENT - 24 * HOUR_MS - caller * 60_000),
  end: new Date(FIRST_EVENT + (events + 24) * HOUR_MS),
})
