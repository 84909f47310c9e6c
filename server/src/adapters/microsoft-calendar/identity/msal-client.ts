import {
  ConfidentialClientApplication,
  type INetworkModule,
  LogLevel,
  type NetworkRequestOptions,
  type NetworkResponse,
} from '@azure/msal-node'
import type { HttpRequest } from '../../../net/http.ts'
import { parseJson } from '../../../net/read-body.ts'
import { memberOf, wordIn } from '../../../net/untrusted-json.ts'
import type { MicrosoftConfig } from '../config.ts'
import { retryAfterOf } from '../transport/graph-errors.ts'
import type { HttpParts } from '../transport/http-parts.ts'
import type { Endpoints } from './authority.ts'
import type { EntraExchange } from './token-endpoint-errors.ts'

const MAX_TOKEN_ANSWER_BYTES = 256 * 1024

/**
 * The network of MSAL for one operation. MSAL itself has no deadline, no limit of size and no signal, and its errors leave out
 * the status, Retry-After and the cause; `last` keeps them.
 */
export class EntraNetwork implements INetworkModule {
  last: EntraExchange = {}
  readonly #parts: HttpParts
  readonly #signal: AbortSignal

  constructor(parts: HttpParts, signal: AbortSignal) {
    this.#parts = parts
    this.#signal = signal
  }

  sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send(url, { method: 'GET', headers: options?.headers ?? {} })
  }

  sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send(url, { method: 'POST', headers: options?.headers ?? {}, body: options?.body ?? '' })
  }

  async #send<T>(url: string, request: Pick<HttpRequest, 'method' | 'headers' | 'body'>): Promise<NetworkResponse<T>> {
    const { http, clock } = this.#parts
    const asked = clock.now()
    this.last = {}
    try {
      const { status, headers, bytes } = await http(new URL(url), {
        ...request,
        signal: this.#signal,
        maxBytes: MAX_TOKEN_ANSWER_BYTES,
      })
      const retryAfterMs = retryAfterOf(headers, clock.now())
      const requestId = wordIn(headers['x-ms-request-id'])
      this.last = {
        status,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        ...(requestId === undefined ? {} : { requestId }),
      }
      const body = parseJson(bytes)
      if (typeof body !== 'object' || body === null) throw new TypeError('not an object')
      this.last = { ...this.last, ...oauthError(body), ...grantIn(body, asked) }
      // MSAL types the body by what it expects and checks little of it: what is used of it is checked where it is used.
      return { status, headers, body: body as T }
    } catch (failure) {
      this.last = { ...this.last, failure: this.#signal.aborted ? this.#signal.reason : failure }
      throw failure
    }
  }
}

/**
 * The expiry and the scopes of an answer. MSAL counts the expiry by the system's clock, and takes an empty `scope` for what
 * was asked for.
 */
function grantIn(body: object, asked: Date): Pick<EntraExchange, 'expiresAt' | 'scopes'> {
  // Entra writes a number, its older endpoints text. Counted from when the request was sent, so that no token is used past its
  // end.
  const seconds = Number(memberOf(body, 'expires_in') ?? Number.NaN)
  const sane = Number.isFinite(seconds) && seconds >= 0 && seconds < 366 * 24 * 60 * 60
  const scope = memberOf(body, 'scope')
  return {
    ...(sane ? { expiresAt: new Date(asked.getTime() + seconds * 1000) } : {}),
    ...(typeof scope === 'string' ? { scopes: scope.split(' ').filter((name) => name !== '') } : {}),
  }
}

function oauthError(body: object): Pick<EntraExchange, 'error' | 'subError' | 'codes'> {
  const error = wordIn(memberOf(body, 'error'))
  const subError = wordIn(memberOf(body, 'suberror'))
  const codes = memberOf(body, 'error_codes')
  return {
    ...(error === undefined ? {} : { error }),
    ...(subError === undefined ? {} : { subError }),
    ...(Array.isArray(codes) ? { codes: codes.filter((code) => Number.isSafeInteger(code)).slice(0, 8) } : {}),
  }
}

/**
 * A client for one operation on one connection, because a shared client would mix the tokens of different people. MSAL takes
 * no authority over http, but any endpoints: with these given, public clouds, national clouds and the emulator work alike, and
 * MSAL sends no discovery request. The name of the authority is a key of the stored caches, so it stays the configured one.
 */
export function msalClient(
  config: MicrosoftConfig,
  tenant: string,
  networkClient: INetworkModule,
  endpoints: Endpoints,
): ConfidentialClientApplication {
  const { host } = new URL(config.authorityUrl)
  const base = `${config.authorityUrl}/{tenantid}`
  return new ConfidentialClientApplication({
    auth: {
      clientId: config.clientId,
      clientSecret: config.clientSecret,
      authority: `https://${host}/${tenant}`,
      knownAuthorities: [host],
      authorityMetadata: JSON.stringify({
        authorization_endpoint: endpoints.authorization,
        token_endpoint: endpoints.token,
        end_session_endpoint: `${base}/oauth2/v2.0/logout`,
        jwks_uri: endpoints.keys,
        issuer: endpoints.issuer,
      }),
      // We answer claims challenges (learn.microsoft.com/entra/identity-platform/claims-challenge).
      clientCapabilities: ['CP1'],
    },
    system: {
      networkClient,
      loggerOptions: { piiLoggingEnabled: false, logLevel: LogLevel.Error, loggerCallback: () => {} },
    },
  })
}
