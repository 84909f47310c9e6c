import { createHash, randomBytes } from 'node:crypto'
import type { CalendarBinding } from '../../src/ports/calendar-binding.ts'
import type {
  AuthorizeParams,
  CalendarAccess,
  ConnectionContext,
  Grant,
  RedeemParams,
} from '../../src/ports/calendar-connector.ts'
import type { ConnectionRef } from '../../src/ports/token-vault.ts'
import type { MemoryVault } from '../support/memory-vault.ts'
import { NotApplicable } from './not-applicable.ts'

export interface LoggedLine {
  readonly level: string
  readonly event: string
  readonly fields: object | undefined
}

/** How the tokens of a consent, or of a refresh, may come out. */
export type ConsentFlaw = 'fewer_scopes' | 'no_refresh_token'
export interface RefreshFlaws {
  readonly scopes?: 'fewer'
  readonly account?: 'another'
}

/** The token endpoint of one provider, and a hand that reaches behind it. */
export interface TokensUnderTest {
  readonly vault: MemoryVault
  readonly lines: readonly LoggedLine[]
  /** Refreshes that the token endpoint was asked for. */
  requests(): number
  /** The refresh token in what is stored. */
  refreshTokenIn(tokenCache: string): string
  /** The next refresh brings a newer refresh token, and has these flaws. */
  next(flaws: RefreshFlaws): Promise<void>
  /** From now on the account's refresh tokens are refused as invalid_grant. */
  refuse(): void
  /** The next refresh is answered 429 with this Retry-After. */
  throttle(seconds: number): void
  pass(milliseconds: number): void
}

/** One provider with one account that signs in, and a hand that reaches behind it. */
export interface ConnectorUnderTest {
  readonly binding: CalendarBinding
  readonly redirectUri: string
  readonly account: { readonly key: string; readonly address: string }
  /** Exactly what each level asks for, in the provider's names. Undefined: the browser meets no page of a provider. */
  readonly scopes: Readonly<Record<CalendarAccess, readonly string[]>> | undefined
  /** The account signs in and consents; gives the address that the browser is sent back to. */
  signIn(url: URL, flaw?: ConsentFlaw): Promise<URL>
  /** The account has more calendars than one page of the provider holds; gives how many. */
  fillPages(connection: ConnectionContext): number
  /** Calls to the calendar say that there is no mailbox behind the account. */
  withoutMailbox(): void
  /** Undefined: it has no tokens that end. */
  readonly tokens: TokensUnderTest | undefined
  /** Whether a revoked grant is refused afterwards. */
  readonly revokes: boolean
  /** As the administrator of the account's organisation; undefined where there is no such page. */
  approve?(url: URL): Promise<URL>
  close(): Promise<void>
}

export interface ConnectorPromise {
  readonly title: string
  prove(under: ConnectorUnderTest): Promise<void>
}

export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

export interface Attempt {
  readonly request: AuthorizeParams
  readonly verifier: string
}

export function attempt(under: ConnectorUnderTest, change: Partial<AuthorizeParams> = {}): Attempt {
  const random = () => randomBytes(32).toString('base64url')
  const verifier = random()
  const fixed = { redirectUri: under.redirectUri, access: 'bookings', codeChallenge: challengeOf(verifier) } as const
  return { request: { ...fixed, state: random(), nonce: random(), ...change }, verifier }
}

/** The whole way to the consent and back, up to the redemption. */
export async function comeBack(
  under: ConnectorUnderTest,
  access: CalendarAccess = 'bookings',
  flaw?: ConsentFlaw,
): Promise<RedeemParams> {
  const { request, verifier } = attempt(under, { access })
  const { url } = await under.binding.connector.authorize(request)
  const back = await under.signIn(url, flaw)
  const { redirectUri, nonce } = request
  return { redirectUri, access, code: back.searchParams.get('code') ?? '', codeVerifier: verifier, nonce }
}

export interface Connected {
  readonly grant: Grant
  readonly connection: ConnectionContext
  readonly ref: ConnectionRef
}

let connections = 0

/** Connected, and what was granted stored. */
export async function connect(under: ConnectorUnderTest, access: CalendarAccess = 'bookings'): Promise<Connected> {
  const grant = await under.binding.connector.redeem(await comeBack(under, access))
  connections += 1
  const ref = { tenantId: `tenant-${connections}`, connectionId: `connection-${connections}` }
  under.tokens?.vault.put(ref, grant)
  const connection: ConnectionContext = {
    id: ref.connectionId,
    tenantId: ref.tenantId,
    accountKey: grant.accountKey,
    access,
    timeZone: 'Europe/Berlin',
    calendarIds: [],
    policy: { tentativeBlocks: true, workingElsewhereBlocks: false },
  }
  return { grant, connection, ref }
}

export function tokensOf({ tokens }: ConnectorUnderTest): TokensUnderTest {
  if (tokens === undefined) throw new NotApplicable('it has no tokens that end')
  return tokens
}
