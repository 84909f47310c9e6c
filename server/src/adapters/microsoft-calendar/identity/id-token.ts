import { createRemoteJWKSet, customFetch, decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'
import { abandonable } from '../../../concurrency/deadline.ts'
import { isUuid } from '../../../net/untrusted-json.ts'
import { CalendarError } from '../../../ports/calendar-failure.ts'
import { garbled, graphFailure, retryAfterOf, transportFailure } from '../transport/graph-errors.ts'
import type { HttpParts } from '../transport/http-parts.ts'
import { type Authority, type Endpoints, forTenant } from './authority.ts'
import { PERSONAL_TENANT } from './consent.ts'

const KEYS_LIVE_MS = 10 * 60_000
const KEYS_TIMEOUT_MS = 5000
const MAX_KEYS_BYTES = 256 * 1024
/** How far Entra's clock and ours may differ; an id token is used within seconds of its issue. */
const SKEW_SECONDS = 60

export interface Identity {
  readonly tid: string
  readonly oid: string
  /** Shown to its owner only. It may change hands, so it identifies nobody. */
  readonly address: string | undefined
}

interface IdTokenParts extends HttpParts {
  readonly authority: Authority
}

/**
 * Checks id tokens: signature, audience, issuer, times, nonce. MSAL checks none but the nonce.
 * learn.microsoft.com/entra/identity-platform/id-tokens
 */
export class IdTokenChecker {
  readonly #parts: IdTokenParts
  #keys: { readonly address: string; readonly find: ReturnType<typeof createRemoteJWKSet> } | undefined

  constructor(parts: IdTokenParts) {
    this.#parts = parts
  }

  /**
   * Rejects with a CalendarError: `garbled` for a token that is not to be trusted, `forbidden` for an account of another Entra
   * tenant.
   */
  check(idToken: string, nonce: string, signal?: AbortSignal): Promise<Identity> {
    return this.#checked(idToken, nonce, signal)
  }

  /** Of a refresh, which no nonce was sent for. Rejects as `check` does. */
  checkRefreshed(idToken: string, signal?: AbortSignal): Promise<Identity> {
    return this.#checked(idToken, undefined, signal)
  }

  async #checked(idToken: string, nonce: string | undefined, signal: AbortSignal | undefined): Promise<Identity> {
    try {
      const tid = this.#tenantOf(idToken)
      const endpoints = await this.#parts.authority.endpoints(signal)
      const payload = await abandonable(this.#verify(idToken, tid, endpoints), signal)
      if (nonce !== undefined && payload.nonce !== nonce) throw garbled('nonce_mismatch')
      if (payload.tid !== tid || typeof payload.oid !== 'string' || !isUuid(payload.oid)) throw garbled('id_token_ids')
      return { tid, oid: payload.oid, address: addressIn(payload) }
    } catch (error) {
      const failure = failureOf(error)
      if (failure.reason === 'garbled') this.#parts.log.error('security_id_token_refused', { code: failure.code })
      throw failure
    }
  }

  async #verify(idToken: string, tid: string, { keys, issuer }: Endpoints): Promise<JWTPayload> {
    const { config, clock } = this.#parts
    const { payload } = await jwtVerify(idToken, this.#keysAt(forTenant(keys, config.tenant)), {
      algorithms: ['RS256'],
      audience: config.clientId,
      issuer: forTenant(issuer, tid),
      requiredClaims: ['exp', 'tid', 'oid'],
      clockTolerance: SKEW_SECONDS,
      currentDate: clock.now(),
    })
    return payload
  }

  #keysAt(address: string) {
    if (this.#keys?.address !== address) {
      const find = createRemoteJWKSet(new URL(address), {
        [customFetch]: (url, { signal }) => readKeys(this.#parts, new URL(url), signal),
        timeoutDuration: KEYS_TIMEOUT_MS,
        cacheMaxAge: KEYS_LIVE_MS,
        // Entra changes its keys without notice: for an unknown key they are fetched once more, however new they are.
        cooldownDuration: 0,
      })
      this.#keys = { address, find }
    }
    return this.#keys.find
  }

  /** The Entra tenant that the token names. Not verified yet: it decides which issuer the verification asks for. */
  #tenantOf(idToken: string): string {
    const { tid } = decodeJwt(idToken)
    if (typeof tid !== 'string' || !isUuid(tid)) throw garbled('id_token_ids')
    const { tenant } = this.#parts.config
    const personal = tid === PERSONAL_TENANT
    const wanted =
      tenant === 'common' ||
      (tenant === 'organizations' && !personal) ||
      (tenant === 'consumers' && personal) ||
      // Which Entra tenant a domain belongs to, only Entra can check.
      (isUuid(tenant) ? tid.toLowerCase() === tenant.toLowerCase() : tenant.includes('.'))
    if (!wanted) throw new CalendarError('forbidden', 'this account is from elsewhere', { code: 'wrong_tenant' })
    return tid
  }
}

/** Reads the keys by our own exchange: bounded in size, no redirect followed, Retry-After kept in the failure. */
async function readKeys({ http, clock }: HttpParts, url: URL, signal: AbortSignal): Promise<Response> {
  const { status, headers, bytes } = await http(url, { method: 'GET', headers: {}, signal, maxBytes: MAX_KEYS_BYTES })
  const retryAfterMs = retryAfterOf(headers, clock.now())
  if (status !== 200) throw graphFailure(status, undefined, retryAfterMs === undefined ? {} : { retryAfterMs })
  return new Response(new Uint8Array(bytes))
}

function failureOf(error: unknown): CalendarError {
  if (error instanceof errors.JWKSTimeout) return new CalendarError('timeout', 'Microsoft did not answer in time')
  return error instanceof errors.JOSEError ? garbled(`id_token_${error.code}`) : transportFailure(error)
}

const LONGEST_ADDRESS = 320

function addressIn(payload: JWTPayload): string | undefined {
  const candidates: unknown[] = [payload.preferred_username, payload.email]
  return candidates.find(
    (text): text is string => typeof text === 'string' && text !== '' && text.length <= LONGEST_ADDRESS,
  )
}
