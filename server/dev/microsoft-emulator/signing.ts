import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import type { Account } from './accounts.ts'

interface Key {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

async function makeKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' } }
}

// Generating RSA keys takes most of the start; emulators of one process share them.
let ours: Promise<Key> | undefined
let foreign: Promise<Key> | undefined

export async function publicKeys(): Promise<{ keys: JWK[] }> {
  ours ??= makeKey('emulator-key-1')
  return { keys: [(await ours).publicJwk] }
}

/** What may be wrong with the next id token. */
export type IdTokenFlaw =
  | 'wrong-nonce'
  | 'missing-nonce'
  | 'wrong-audience'
  | 'wrong-issuer'
  | 'wrong-tenant'
  | 'expired'
  | 'not-yet-valid'
  | 'unsigned'
  | 'foreign-key'
  | 'broken-signature'
  | 'missing'

export interface IdTokenRequest {
  readonly account: Account
  readonly origin: string
  readonly clientId: string
  readonly nonce: string | undefined
  readonly scopes: readonly string[]
  readonly now: Date
  readonly flaw?: IdTokenFlaw | undefined
  /** Laid over the claims; `undefined` removes one. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
}

const OTHER_TENANT = '0f0f0f0f-1111-4222-8333-444455556666'

function claimsOf({ account, origin, clientId, nonce, scopes, now, flaw, claims }: IdTokenRequest): JWTPayload {
  const seconds = Math.floor(now.getTime() / 1000)
  const shift = flaw === 'expired' ? -7200 : flaw === 'not-yet-valid' ? 7200 : 0
  const shown = flaw === 'wrong-nonce' ? 'not-the-nonce-you-sent' : flaw === 'missing-nonce' ? undefined : nonce
  const payload: Record<string, unknown> = {
    ver: '2.0',
    iss: flaw === 'wrong-issuer' ? `${origin}/${OTHER_TENANT}/v2.0` : `${origin}/${account.tid}/v2.0`,
    aud: flaw === 'wrong-audience' ? '22222222-2222-4222-8222-222222222222' : clientId,
    iat: seconds + shift,
    nbf: seconds + shift,
    exp: seconds + shift + 3600,
    tid: flaw === 'wrong-tenant' ? OTHER_TENANT : account.tid,
    oid: account.oid,
    sub: account.sub,
    rh: '1.AXoA.',
    uti: 'emulated',
    preferred_username: account.address,
    name: account.name,
    ...(scopes.includes('email') && { email: account.address }),
    nonce: shown,
    ...claims,
  }
  return payload
}

/** An id token as Entra signs it, or one with the flaw asked for; `undefined` when it shall be missing. */
export async function idToken(request: IdTokenRequest): Promise<string | undefined> {
  if (request.flaw === 'missing') return undefined
  const claims = claimsOf(request)
  if (request.flaw === 'unsigned') return new UnsecuredJWT(claims).encode()
  ours ??= makeKey('emulator-key-1')
  if (request.flaw === 'foreign-key') foreign ??= makeKey('emulator-key-2')
  const key = await (request.flaw === 'foreign-key' && foreign ? foreign : ours)
  // The foreign key claims to be ours, or it would already fail for its unknown kid.
  const signed = await new SignJWT(claims)
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: 'emulator-key-1' })
    .sign(key.privateKey)
  return request.flaw === 'broken-signature' ? `${signed.slice(0, -8)}AAAAAAAA` : signed
}
