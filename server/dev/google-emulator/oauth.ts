import { createHash, randomBytes } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { choicePage, plainPage } from './pages.ts'
import type { Answer, Ask, EmulatedAccount } from './world.ts'

const CALENDAR = 'https://www.googleapis.com/auth/calendar'
const KNOWN_SCOPES = ['openid', 'email', 'profile', `${CALENDAR}.freebusy`, `${CALENDAR}.calendarlist.readonly`]
const WIDER_SCOPES = [`${CALENDAR}.events`, `${CALENDAR}.readonly`, CALENDAR]
const SCOPES = new Set([...KNOWN_SCOPES, `${CALENDAR}.events.owned`, ...WIDER_SCOPES])
const CODE_SECONDS = 600
const TOKEN_SECONDS = 3599

interface Grant {
  readonly account: EmulatedAccount
  readonly scopes: readonly string[]
  readonly nonce: string | null
  revoked: boolean
}
interface Code {
  readonly grant: Grant
  readonly challenge: string | null
  readonly redirectUri: string
  readonly offline: boolean
  readonly expires: number
  used: boolean
}

export interface OAuthOptions {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  readonly accounts: readonly EmulatedAccount[]
  now(): Date
  issuer(): string
}

const random = (prefix: string): string => prefix + randomBytes(24).toString('base64url')
const denied = (status: number, error: string, description: string): Answer => ({
  status,
  body: { error, error_description: description },
})

// Google reports `email` under its long name. developers.google.com/identity/protocols/oauth2/scopes
const reported = (scopes: readonly string[]): string =>
  scopes.map((scope) => (scope === 'email' ? 'https://www.googleapis.com/auth/userinfo.email' : scope)).join(' ')

// Made once a process: it takes longer than everything else here.
const signingKey = generateKeyPair('RS256')

export type OAuth = Awaited<ReturnType<typeof createOAuth>>

/** The OAuth endpoints of Google, as developers.google.com/identity/protocols/oauth2/web-server describes them. */
export async function createOAuth(options: OAuthOptions) {
  const { accounts, now, issuer } = options
  const key = await signingKey
  const kid = 'emulated'
  const codes = new Map<string, Code>()
  const refreshTokens = new Map<string, Grant>()
  const accessTokens = new Map<string, { readonly grant: Grant; readonly expires: number }>()
  const consented = new Set<string>()

  /** Undefined where the request is in order. */
  function complaint(query: URLSearchParams): string | undefined {
    if (query.get('client_id') !== options.clientId) return 'invalid_client'
    if (!options.redirectUris.includes(query.get('redirect_uri') ?? '')) return 'redirect_uri_mismatch'
    if (query.get('response_type') !== 'code') return 'unsupported_response_type'
    if ((query.get('scope') ?? '').split(' ').some((scope) => !SCOPES.has(scope))) return 'invalid_scope'
    if (query.has('code_challenge') && query.get('code_challenge_method') !== 'S256') return 'invalid_request'
    return undefined
  }

  /** The redirect that ends the visit at the authorization page. `scopes`: those that were ticked. */
  function decide(query: URLSearchParams, email: string | null, accept: boolean, scopes?: readonly string[]): URL {
    const back = new URL(query.get('redirect_uri') ?? '')
    const set = (values: Record<string, string>): void => {
      for (const [name, value] of Object.entries(values)) back.searchParams.set(name, value)
    }
    const account = accounts.find((candidate) => candidate.email === email)
    set({ state: query.get('state') ?? '', iss: issuer() })
    if (!accept || !account) {
      set({ error: 'access_denied' })
      return back
    }
    const asked = (query.get('scope') ?? '').split(' ')
    const granted = asked.filter((scope) => !scope.startsWith(CALENDAR) || !scopes || scopes.includes(scope))
    // A refresh token comes with consent only, and consent is asked for once unless the request insists.
    const offline =
      query.get('access_type') === 'offline' &&
      ((query.get('prompt') ?? '').split(' ').includes('consent') || !consented.has(account.sub))
    consented.add(account.sub)
    const code = random('4/0A')
    codes.set(code, {
      grant: { account, scopes: granted, nonce: query.get('nonce'), revoked: false },
      challenge: query.get('code_challenge'),
      redirectUri: query.get('redirect_uri') ?? '',
      offline,
      expires: now().getTime() + CODE_SECONDS * 1000,
      used: false,
    })
    set({ code, scope: reported(granted), authuser: '0', prompt: 'consent' })
    return back
  }

  async function tokens(grant: Grant, refreshToken: string | undefined): Promise<Answer> {
    const access = random('ya29.')
    const seconds = Math.floor(now().getTime() / 1000)
    accessTokens.set(access, { grant, expires: now().getTime() + TOKEN_SECONDS * 1000 })
    const claims = {
      azp: options.clientId,
      email: grant.account.email,
      email_verified: true,
      // developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload
      ...(grant.account.hd && { hd: grant.account.hd }),
      ...(grant.nonce === null ? {} : { nonce: grant.nonce }),
    }
    const identity = new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
      .setIssuer(issuer())
      .setAudience(options.clientId)
      .setSubject(grant.account.sub)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 3600)
    return {
      status: 200,
      body: {
        access_token: access,
        expires_in: TOKEN_SECONDS,
        scope: reported(grant.scopes),
        token_type: 'Bearer',
        ...(grant.scopes.includes('openid') ? { id_token: await identity.sign(key.privateKey) } : {}),
        ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      },
    }
  }

  function redeem(form: URLSearchParams): Answer | Promise<Answer> {
    const code = codes.get(form.get('code') ?? '')
    if (!code || code.expires <= now().getTime()) return denied(400, 'invalid_grant', 'Malformed auth code.')
    if (code.used) {
      code.grant.revoked = true
      return denied(400, 'invalid_grant', 'Bad Request')
    }
    code.used = true
    if (code.grant.revoked) return denied(400, 'invalid_grant', 'Token has been expired or revoked.')
    if (form.get('redirect_uri') !== code.redirectUri) return denied(400, 'redirect_uri_mismatch', 'Bad Request')
    const digest = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (code.challenge !== null && digest !== code.challenge)
      return denied(400, 'invalid_grant', 'Invalid code verifier.')
    const refreshToken = code.offline ? random('1//0') : undefined
    if (refreshToken !== undefined) refreshTokens.set(refreshToken, code.grant)
    return tokens(code.grant, refreshToken)
  }

  /** Google keeps one grant for an account and a client: with one token of it, all end. */
  function endGrants(account: EmulatedAccount): void {
    consented.delete(account.sub)
    const held = [...codes.values(), ...accessTokens.values()].map(({ grant }) => grant)
    for (const grant of [...held, ...refreshTokens.values()]) if (grant.account === account) grant.revoked = true
  }

  const choices = (query: URLSearchParams, ticked?: { readonly account: string | null }): Answer => ({
    status: 200,
    body: choicePage(query, accounts, CALENDAR, ticked),
    headers: { 'form-action': query.get('redirect_uri') ?? '' },
  })

  return {
    authorize({ query }: Ask): Answer {
      const wrong = complaint(query)
      if (wrong !== undefined) return { status: 400, body: plainPage('Access blocked', `Error 400: ${wrong}`) }
      return choices(query)
    },
    decide({ body }: Ask): Answer {
      const form = new URLSearchParams(body)
      const query = new URLSearchParams(form.get('request') ?? '')
      const wrong = complaint(query)
      if (wrong !== undefined) return { status: 400, body: plainPage('Access blocked', `Error 400: ${wrong}`) }
      if (form.get('decision') === 'select-all') return choices(query, { account: form.get('account') })
      const back = decide(query, form.get('account'), form.get('decision') === 'accept', form.getAll('scope'))
      return { status: 302, headers: { location: back.href } }
    },
    /** What a person does at the authorization page, for tests: gives the address that her browser is sent back to. */
    signIn(url: URL, email: string, decision: 'accept' | 'decline', withheld: readonly string[] = []): URL {
      const wrong = complaint(url.searchParams)
      if (wrong !== undefined) throw new Error(`The authorization page refuses: ${wrong}`)
      const kept = [...SCOPES].filter((scope) => !withheld.includes(scope))
      return decide(url.searchParams, email, decision === 'accept', kept)
    },
    async token({ body, authorization }: Ask): Promise<Answer> {
      const form = new URLSearchParams(body)
      const basic = Buffer.from(authorization?.replace(/^Basic /, '') ?? '', 'base64').toString()
      const inForm = form.get('client_id') === options.clientId && form.get('client_secret') === options.clientSecret
      if (!inForm && basic !== `${options.clientId}:${options.clientSecret}`)
        return denied(401, 'invalid_client', 'Unauthorized')
      if (form.get('grant_type') === 'authorization_code') return redeem(form)
      if (form.get('grant_type') !== 'refresh_token') return denied(400, 'unsupported_grant_type', 'Invalid grant_type')
      const grant = refreshTokens.get(form.get('refresh_token') ?? '')
      if (!grant || grant.revoked) return denied(400, 'invalid_grant', 'Token has been expired or revoked.')
      return tokens(grant, undefined)
    },
    revoke({ query, body }: Ask): Answer {
      const token = query.get('token') ?? new URLSearchParams(body).get('token') ?? ''
      const grant = refreshTokens.get(token) ?? accessTokens.get(token)?.grant
      if (!grant || grant.revoked) return denied(400, 'invalid_token', 'Token expired or revoked')
      endGrants(grant.account)
      return { status: 200, body: {} }
    },
    async certs(): Promise<Answer> {
      const jwk = await exportJWK(key.publicKey)
      return { status: 200, body: { keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] } }
    },
    /** For tests that sign what Google would not. */
    signingKey: async (): Promise<CryptoKey> => key.privateKey,
    /** Whose access token this is; undefined for one that is unknown, over or revoked. */
    bearer(authorization: string | undefined): Pick<Grant, 'account' | 'scopes'> | undefined {
      const held = accessTokens.get(authorization?.replace(/^Bearer /, '') ?? '')
      return held && !held.grant.revoked && held.expires > now().getTime() ? held.grant : undefined
    },
    /** The account's owner withdraws every grant at her account's page. */
    withdraw(email: string): void {
      for (const account of accounts) if (account.email === email) endGrants(account)
    },
    /** Access tokens end before their time; refresh tokens live on. */
    expireAccessTokens: (): void => accessTokens.clear(),
  }
}
