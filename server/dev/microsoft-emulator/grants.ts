import { randomBytes } from 'node:crypto'
import type { Account } from './accounts.ts'

const CODE_SECONDS = 600
const REFRESH_IDLE_DAYS = 90

export interface AuthorizationCode {
  readonly account: Account
  readonly tenant: string
  readonly redirectUri: string
  readonly challenge: string
  readonly scopes: readonly string[]
  readonly nonce: string | undefined
  readonly expiresAt: number
  used: boolean
}

export interface RefreshToken {
  readonly account: Account
  /** Tokens that came from one sign-in, one after the other. */
  readonly family: string
  readonly scopes: readonly string[]
  lastUsed: number
  uses: number
  /** The AADSTS number it now answers with. */
  revoked: number | undefined
}

export interface AccessToken {
  readonly account: Account
  /** Every Graph permission the application has for the account, whatever was asked for this time. */
  readonly scopes: ReadonlySet<string>
  /** The client said that it understands claims challenges (`xms_cc: cp1`). */
  readonly handlesClaims: boolean
  expiresAt: number
  /** The claims request it is challenged with. */
  challenge: string | undefined
}

const opaque = (prefix: string): string => `${prefix}${randomBytes(48).toString('base64url')}`

/** All that was handed out: codes, tokens, consents of whole tenants. */
export class Grants {
  readonly tenantConsents = new Map<string, Set<string>>()
  /** The AADSTS number with which a tenant's directory keeps the application out. */
  readonly keptOut = new Map<string, number>()
  private readonly codes = new Map<string, AuthorizationCode>()
  private readonly refreshTokens = new Map<string, RefreshToken>()
  private readonly accessTokens = new Map<string, AccessToken>()
  private readonly challenges = new Map<Account, string>()
  private readonly now: () => Date

  constructor(now: () => Date) {
    this.now = now
  }

  /** Scopes the application holds for the account: its own consents and its administrator's. */
  consented(account: Account): Set<string> {
    return new Set([...account.consents, ...(this.tenantConsents.get(account.tid) ?? [])])
  }

  issueCode(code: Omit<AuthorizationCode, 'expiresAt' | 'used'>): string {
    const value = opaque('1.AXoA')
    this.codes.set(value, { ...code, expiresAt: this.now().getTime() + CODE_SECONDS * 1000, used: false })
    return value
  }

  /** The code, or the AADSTS number it is refused with. */
  redeem(value: string): AuthorizationCode | number {
    const code = this.codes.get(value)
    if (!code) return 9002313
    if (code.used) return 54005
    code.used = true
    return code.expiresAt <= this.now().getTime() ? 70008 : code
  }

  issueRefreshToken(account: Account, scopes: readonly string[], family = randomBytes(8).toString('hex')): string {
    const value = opaque('1.AXoARf')
    const lastUsed = this.now().getTime()
    this.refreshTokens.set(value, { account, family, scopes, lastUsed, uses: 0, revoked: undefined })
    return value
  }

  /** The refresh token, or the AADSTS number it is refused with. Entra does not revoke a token by its use. */
  useRefreshToken(value: string, strictRotation: boolean): RefreshToken | number {
    const token = this.refreshTokens.get(value)
    if (!token) return 70000
    if (token.revoked !== undefined) return token.revoked
    const now = this.now().getTime()
    if (now - token.lastUsed > REFRESH_IDLE_DAYS * 864e5) return 700082
    if (strictRotation && token.uses > 0) {
      for (const other of this.refreshTokens.values()) if (other.family === token.family) other.revoked = 50173
      return 50173
    }
    token.uses++
    token.lastUsed = now
    return token
  }

  issueAccessToken(account: Account, seconds: number, claims: Claims): string {
    const value = opaque('EwB')
    const challenge = this.challenges.get(account)
    if (challenge !== undefined && claims.answers(challenge)) this.challenges.delete(account)
    this.accessTokens.set(value, {
      account,
      scopes: this.consented(account),
      handlesClaims: claims.capable,
      expiresAt: this.now().getTime() + seconds * 1000,
      challenge: this.challenges.get(account),
    })
    return value
  }

  /** Tokens without sign-in, for tests of Graph alone. */
  issueDirectly(account: Account, scopes: readonly string[], seconds: number) {
    const accessToken = this.issueAccessToken(account, seconds, new Claims(undefined))
    return { accessToken, refreshToken: this.issueRefreshToken(account, scopes) }
  }

  accessToken(value: string): AccessToken | undefined {
    return this.accessTokens.get(value)
  }

  revoke(account: Account, aadsts: number): void {
    for (const token of this.refreshTokens.values()) if (token.account === account) token.revoked = aadsts
  }

  expireAccessTokens(account?: Account): void {
    for (const token of this.accessTokens.values())
      if (!account || token.account === account) token.expiresAt = this.now().getTime()
  }

  /** Continuous access evaluation: tokens handed out so far are challenged until one is asked for with these claims. */
  challenge(account: Account, claims: string): void {
    this.challenges.set(account, claims)
    for (const token of this.accessTokens.values()) if (token.account === account) token.challenge = claims
  }

  keepOut({ tid }: Account, aadsts: number | undefined): void {
    if (aadsts === undefined) this.keptOut.delete(tid)
    else this.keptOut.set(tid, aadsts)
  }

  /** Takes back every consent of the account; its refresh tokens then ask for consent again. */
  withdrawConsent(account: Account): void {
    account.consents.clear()
    this.tenantConsents.delete(account.tid)
  }
}

/** The `claims` parameter of a token request. */
export class Claims {
  private readonly accessToken: Record<string, unknown>

  constructor(text: string | undefined) {
    this.accessToken = readAccessToken(text)
  }

  get capable(): boolean {
    return /"cp1"/i.test(JSON.stringify(this.accessToken.xms_cc ?? null))
  }

  /** Whether everything the challenge asks for was passed on. */
  answers(challenge: string): boolean {
    return Object.entries(readAccessToken(challenge)).every(
      ([name, value]) => JSON.stringify(this.accessToken[name]) === JSON.stringify(value),
    )
  }
}

function readAccessToken(text: string | undefined): Record<string, unknown> {
  try {
    const parsed: { access_token?: Record<string, unknown> } = JSON.parse(text ?? '{}')
    return parsed.access_token ?? {}
  } catch {
    return {}
  }
}
