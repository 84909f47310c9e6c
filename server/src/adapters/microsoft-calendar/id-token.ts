import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import { startDeadline } from '../../concurrency/deadline.ts'
import type { MicrosoftConfig } from '../../config.ts'
import { parseJson } from '../../net/read-body.ts'
import { CalendarError } from '../../ports/calendar-provider.ts'
import { PERSONAL_TENANT } from './consent.ts'
import { garbled, graphFailure, retryAfterOf, wireFailure } from './errors.ts'
import { asObject } from './json.ts'
import type { Wire } from './msal.ts'

const KEYS_LIVE_MS = 10 * 60_000
const KEYS_TIMEOUT_MS = 5000
const MAX_KEYS_BYTES = 256 * 1024
/** Clocks differ a little; an id token is used within seconds of its issue. */
const SKEW_SECONDS = 60
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export interface Identity {
  readonly tid: string
  readonly oid: string
  /** For the eyes of its owner; may change, may be reused by somebody else, identifies nobody. */
  readonly address: string | undefined
}

/**
 * Checks id tokens: signature, audience, issuer, times, nonce. MSAL checks none but the nonce.
 * learn.microsoft.com/entra/identity-platform/id-tokens
 */
export class IdTokenChecker {
  readonly #wire: Wire
  readonly #config: MicrosoftConfig
  #keys: { readonly set: JSONWebKeySet; readonly readAt: number } | undefined

  constructor(wire: Wire, config: MicrosoftConfig) {
    this.#wire = wire
    this.#config = config
  }

  async check(idToken: string, nonce: string, signal?: AbortSignal): Promise<Identity> {
    try {
      const tid = this.#tenantOf(idToken)
      const keys = await this.#currentKeys(signal)
      const payload = await this.#verify(idToken, tid, keys).catch(async (error: unknown) => {
        // Entra rolls its keys without notice: an unknown one is looked for once.
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        return this.#verify(idToken, tid, await this.#fetchKeys(signal))
      })
      if (typeof payload.nonce !== 'string' || payload.nonce !== nonce) throw garbled('nonce_mismatch')
      if (payload.tid !== tid || typeof payload.oid !== 'string' || !GUID.test(payload.oid))
        throw garbled('id_token_ids')
      return { tid, oid: payload.oid, address: addressIn(payload) }
    } catch (error) {
      const failure = error instanceof errors.JOSEError ? garbled(`id_token_${error.code}`) : wireFailure(error)
      if (failure.reason === 'garbled') this.#wire.log.error('security_id_token_refused', { code: failure.code })
      throw failure
    }
  }

  async #verify(idToken: string, tid: string, keys: JSONWebKeySet) {
    const { payload } = await jwtVerify(idToken, createLocalJWKSet(keys), {
      algorithms: ['RS256'],
      audience: this.#config.clientId,
      issuer: `${this.#config.authorityUrl}/${tid}/v2.0`,
      requiredClaims: ['exp', 'nonce', 'tid', 'oid'],
      clockTolerance: SKEW_SECONDS,
      currentDate: this.#wire.clock.now(),
    })
    return payload
  }

  /** Unverified: only used to know which issuer the verified token must name. */
  #tenantOf(idToken: string): string {
    const { tid } = decodeJwt(idToken)
    if (typeof tid !== 'string' || !GUID.test(tid)) throw garbled('id_token_ids')
    const { tenant } = this.#config
    const personal = tid === PERSONAL_TENANT
    const wanted =
      tenant === 'common' ||
      (tenant === 'organizations' && !personal) ||
      (tenant === 'consumers' && personal) ||
      // A tenant named by its domain is Entra's to check.
      (GUID.test(tenant) ? tid.toLowerCase() === tenant.toLowerCase() : tenant.includes('.'))
    if (!wanted) throw new CalendarError('forbidden', 'this account is from elsewhere', { code: 'wrong_tenant' })
    return tid
  }

  async #currentKeys(signal: AbortSignal | undefined): Promise<JSONWebKeySet> {
    const known = this.#keys
    const fresh = known !== undefined && this.#wire.clock.now().getTime() - known.readAt < KEYS_LIVE_MS
    return fresh ? known.set : this.#fetchKeys(signal)
  }

  async #fetchKeys(signal: AbortSignal | undefined): Promise<JSONWebKeySet> {
    const { http, clock } = this.#wire
    const limit = startDeadline(clock, KEYS_TIMEOUT_MS, signal)
    try {
      const url = new URL(`${this.#config.authorityUrl}/${this.#config.tenant}/discovery/v2.0/keys`)
      const request = { method: 'GET', headers: {}, signal: limit.signal, maxBytes: MAX_KEYS_BYTES } as const
      const { status, headers, bytes } = await http(url, request)
      const retryAfterMs = retryAfterOf(headers, clock.now())
      if (status !== 200) throw graphFailure(status, undefined, retryAfterMs === undefined ? {} : { retryAfterMs })
      const { keys } = asObject(parseJson(bytes), 'jwks')
      if (!Array.isArray(keys)) throw garbled('jwks')
      const set = { keys }
      this.#keys = { set, readAt: clock.now().getTime() }
      return set
    } finally {
      limit.end()
    }
  }
}

const LONGEST_ADDRESS = 320

function addressIn(payload: JWTPayload): string | undefined {
  const candidates: unknown[] = [payload.preferred_username, payload.email]
  return candidates.find(
    (text): text is string => typeof text === 'string' && text !== '' && text.length <= LONGEST_ADDRESS,
  )
}
