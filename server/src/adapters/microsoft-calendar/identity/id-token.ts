import { createRemoteJWKSet, customFetch, decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'
import { abandonable } from '../../../concurrency/deadline.ts'
import { CalendarError } from '../../../ports/calendar-provider.ts'
import type { MicrosoftConfig } from '../config.ts'
import { garbled, graphFailure, retryAfterOf, transportFailure } from '../transport/graph-errors.ts'
import { PERSONAL_TENANT } from './consent.ts'
import type { Wire } from './msal-client.ts'

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
  readonly #keys: ReturnType<typeof createRemoteJWKSet>

  constructor(wire: Wire, config: MicrosoftConfig) {
    this.#wire = wire
    this.#config = config
    this.#keys = createRemoteJWKSet(new URL(`${config.authorityUrl}/${config.tenant}/discovery/v2.0/keys`), {
      [customFetch]: (url, { signal }) => readKeys(wire, new URL(url), signal),
      timeoutDuration: KEYS_TIMEOUT_MS,
      cacheMaxAge: KEYS_LIVE_MS,
      // Entra rolls its keys without notice: an unknown one is looked for once, however new the keys are.
      cooldownDuration: 0,
    })
  }

  async check(idToken: string, nonce: string, signal?: AbortSignal): Promise<Identity> {
    try {
      const tid = this.#tenantOf(idToken)
      const payload = await abandonable(this.#verify(idToken, tid), signal)
      if (typeof payload.nonce !== 'string' || payload.nonce !== nonce) throw garbled('nonce_mismatch')
      if (payload.tid !== tid || typeof payload.oid !== 'string' || !GUID.test(payload.oid))
        throw garbled('id_token_ids')
      return { tid, oid: payload.oid, address: addressIn(payload) }
    } catch (error) {
      const failure = failureOf(error)
      if (failure.reason === 'garbled') this.#wire.log.error('security_id_token_refused', { code: failure.code })
      throw failure
    }
  }

  async #verify(idToken: string, tid: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(idToken, this.#keys, {
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
}

/** Over our own exchange: bounded, without redirects, and with the Retry-After of a refusal. */
async function readKeys({ http, clock }: Wire, url: URL, signal: AbortSignal): Promise<Response> {
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
