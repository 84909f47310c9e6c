import { startDeadline } from '../../../concurrency/deadline.ts'
import { SingleFlight } from '../../../concurrency/single-flight.ts'
import { DAY_MS, MINUTE_MS } from '../../../domain/durations.ts'
import { parseJson } from '../../../net/read-body.ts'
import { memberOf } from '../../../net/untrusted-json.ts'
import { CalendarError, ProgrammingError } from '../../../ports/calendar-failure.ts'
import type { MicrosoftConfig } from '../config.ts'
import { garbled, transportFailure } from '../transport/graph-errors.ts'
import type { HttpParts } from '../transport/http-parts.ts'
import { isTrusted } from './authority-hosts.ts'

/** How long the metadata may take: people and reads wait for it. */
const METADATA_MS = 2000
const MAX_METADATA_BYTES = 64 * 1024
/** As long as MSAL keeps them. */
const LIVES_MS = DAY_MS
/** Until the metadata is asked for again where it could not be read. */
const RETRY_MS = 5 * MINUTE_MS

/**
 * What signing in and refreshing need of an authority. In each, `{tenantid}` may stand for an Entra tenant. MSAL puts the
 * tenant of a refresh in the place of the one whose metadata it was.
 */
export interface Endpoints {
  readonly authorization: string
  readonly token: string
  readonly keys: string
  readonly issuer: string
}

export const forTenant = (template: string, tenant: string): string => template.replaceAll('{tenantid}', tenant)

export interface AuthorityOptions {
  /** How long the metadata may take, in milliseconds. Tests shorten it. */
  readonly metadataMs?: number
}

/**
 * The endpoints and the issuer of the configured authority, as its metadata gives them
 * (openid.net/specs/openid-connect-discovery-1_0.html section 4). An authority may go by another name than its issuer does:
 * login.chinacloudapi.cn signs as login.partner.microsoftonline.cn. One for a process.
 */
export class Authority {
  readonly #parts: HttpParts & AuthorityOptions
  readonly #reads = new SingleFlight<Endpoints>()
  #kept: { readonly value: Endpoints | CalendarError; readonly until: number } | undefined

  constructor(parts: HttpParts & AuthorityOptions) {
    this.#parts = parts
  }

  /**
   * Asked for at most once a day. Metadata that cannot be read leaves what was known before, or else the form that Microsoft
   * documents, on the authority's own host. Rejects with `misconfigured` where it names a host that is neither the
   * authority's nor Microsoft's, and with a cancelled call where the caller leaves.
   */
  async endpoints(signal?: AbortSignal): Promise<Endpoints> {
    const { clock } = this.#parts
    if (this.#kept !== undefined && clock.now().getTime() < this.#kept.until) return usable(this.#kept.value)
    try {
      return await this.#reads.run('metadata', () => this.#renew(), signal)
    } catch (error) {
      throw transportFailure(error)
    }
  }

  async #renew(): Promise<Endpoints> {
    const { clock, log, config, metadataMs = METADATA_MS } = this.#parts
    const limit = startDeadline(clock, metadataMs)
    try {
      return this.#keep(endpointsIn(await this.#read(limit.signal), config), LIVES_MS)
    } catch (error) {
      const failure = transportFailure(error)
      const { reason, code, status } = failure
      const refused = reason === 'misconfigured' && !(failure instanceof ProgrammingError)
      if (refused) log.error('security_authority_metadata_refused', { code })
      else log.warn('authority_metadata_unavailable', { reason, code, status })
      const known = this.#kept?.value
      if (known !== undefined && !(known instanceof CalendarError)) return this.#keep(known, RETRY_MS)
      return this.#keep(refused ? failure : documented(config), RETRY_MS)
    } finally {
      limit.end()
    }
  }

  async #read(signal: AbortSignal): Promise<unknown> {
    const { http, config } = this.#parts
    const url = new URL(`${config.authorityUrl}/${config.tenant}/v2.0/.well-known/openid-configuration`)
    const { status, bytes } = await http(url, { method: 'GET', headers: {}, signal, maxBytes: MAX_METADATA_BYTES })
    // Of its own kind: a status of Graph may mean that our registration is wrong, which this one does not.
    if (status !== 200) throw new CalendarError('unavailable', 'the metadata is not there', { status })
    return parseJson(bytes)
  }

  #keep(value: Endpoints | CalendarError, milliseconds: number): Endpoints {
    this.#kept = { value, until: this.#parts.clock.now().getTime() + milliseconds }
    return usable(value)
  }
}

function usable(kept: Endpoints | CalendarError): Endpoints {
  if (kept instanceof CalendarError) throw kept
  return kept
}

/** learn.microsoft.com/entra/identity-platform/v2-protocols#endpoints */
function documented({ authorityUrl }: MicrosoftConfig): Endpoints {
  const base = `${authorityUrl}/{tenantid}`
  return {
    authorization: `${base}/oauth2/v2.0/authorize`,
    token: `${base}/oauth2/v2.0/token`,
    keys: `${base}/discovery/v2.0/keys`,
    issuer: `${base}/v2.0`,
  }
}

function endpointsIn(body: unknown, config: MicrosoftConfig): Endpoints {
  const named = (name: string): string => {
    const text = memberOf(body, name)
    if (typeof text !== 'string' || !URL.canParse(text)) throw garbled('authority_metadata')
    if (!isTrusted(new URL(text), config.authorityUrl))
      throw new CalendarError('misconfigured', 'The metadata of the authority names a foreign host', { code: name })
    return text
  }
  return {
    authorization: named('authorization_endpoint'),
    token: named('token_endpoint'),
    keys: named('jwks_uri'),
    issuer: named('issuer'),
  }
}
