import {
  ConfidentialClientApplication,
  type INetworkModule,
  LogLevel,
  type NetworkRequestOptions,
  type NetworkResponse,
} from '@azure/msal-node'
import type { Http, HttpRequest } from '../../../net/http.ts'
import { parseJson } from '../../../net/read-body.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { MicrosoftConfig } from '../config.ts'
import { retryAfterOf } from '../transport/graph-errors.ts'
import type { EntraExchange } from './token-endpoint-errors.ts'

const MAX_TOKEN_ANSWER_BYTES = 256 * 1024
const WORD = /^[A-Za-z0-9_.-]{1,64}$/

export interface Wire {
  readonly http: Http
  readonly clock: Clock
  readonly log: Log
}

/**
 * MSAL's way out to the network, one for each operation. MSAL itself has no deadline, no size limit and no abort, and
 * its errors forget the status, Retry-After and the cause; `last` keeps them.
 */
export class EntraNetwork implements INetworkModule {
  last: EntraExchange = {}
  readonly #wire: Wire
  readonly #signal: AbortSignal

  constructor(wire: Wire, signal: AbortSignal) {
    this.#wire = wire
    this.#signal = signal
  }

  sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send(url, { method: 'GET', headers: options?.headers ?? {} })
  }

  sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send(url, { method: 'POST', headers: options?.headers ?? {}, body: options?.body ?? '' })
  }

  async #send<T>(url: string, request: Pick<HttpRequest, 'method' | 'headers' | 'body'>): Promise<NetworkResponse<T>> {
    const { http, clock } = this.#wire
    const asked = clock.now()
    this.last = {}
    try {
      const { status, headers, bytes } = await http(new URL(url), {
        ...request,
        signal: this.#signal,
        maxBytes: MAX_TOKEN_ANSWER_BYTES,
      })
      const retryAfterMs = retryAfterOf(headers, clock.now())
      const requestId = headers['x-ms-request-id']
      this.last = {
        status,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        ...(requestId !== undefined && WORD.test(requestId) ? { requestId } : {}),
      }
      const body = parseJson(bytes)
      if (typeof body !== 'object' || body === null) throw new TypeError('not an object')
      this.last = { ...this.last, ...oauthError(body), ...grantIn(body, asked) }
      // MSAL types the body by what it expects and checks little of it: we check what we use.
      return { status, headers, body: body as T }
    } catch (failure) {
      this.last = { ...this.last, failure: this.#signal.aborted ? this.#signal.reason : failure }
      throw failure
    }
  }
}

/** What MSAL reads by a clock of its own, or not at all: an empty `scope` is none, not "as asked". */
function grantIn(body: object, asked: Date): Pick<EntraExchange, 'expiresAt' | 'scopes'> {
  // Entra writes a number; older endpoints wrote text. Counted from when we asked.
  const seconds = Number(Reflect.get(body, 'expires_in') ?? Number.NaN)
  const sane = Number.isFinite(seconds) && seconds >= 0 && seconds < 366 * 24 * 60 * 60
  const scope: unknown = Reflect.get(body, 'scope')
  return {
    ...(sane ? { expiresAt: new Date(asked.getTime() + seconds * 1000) } : {}),
    ...(typeof scope === 'string' ? { scopes: scope.split(' ').filter((name) => name !== '') } : {}),
  }
}

function oauthError(body: object): Pick<EntraExchange, 'error' | 'subError' | 'codes'> {
  const error: unknown = Reflect.get(body, 'error')
  const subError: unknown = Reflect.get(body, 'suberror')
  const codes: unknown = Reflect.get(body, 'error_codes')
  return {
    ...(typeof error === 'string' && WORD.test(error) ? { error } : {}),
    ...(typeof subError === 'string' && WORD.test(subError) ? { subError } : {}),
    ...(Array.isArray(codes) ? { codes: codes.filter((code) => Number.isSafeInteger(code)).slice(0, 8) } : {}),
  }
}

/**
 * A client for one operation on one connection: shared clients mix the tokens of different people. MSAL refuses an
 * http authority, but takes the endpoints as given, so that public, national and loopback hosts go one way and no
 * discovery request is ever made.
 */
export function msalClient(
  config: MicrosoftConfig,
  tenant: string,
  networkClient: INetworkModule,
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
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        end_session_endpoint: `${base}/oauth2/v2.0/logout`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
        issuer: `${base}/v2.0`,
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
