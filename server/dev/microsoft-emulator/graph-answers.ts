import { randomUUID } from 'node:crypto'
import type { StoredEvent } from './events.ts'
import type { Call } from './graph-call.ts'
import type { Answer, Incoming } from './wire.ts'

export const JSON_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8'

/** A refusal in Graph's form. Its date has no offset, as in learn.microsoft.com/graph/errors. */
export function graphError(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  const requestId = randomUUID()
  const innerError = {
    date: new Date().toISOString().slice(0, 19),
    'request-id': requestId,
    'client-request-id': requestId,
  }
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: { error: { code, message, innerError } },
  }
}

export const badRequest = (code: string, message: string): Answer => graphError(400, code, message)

export const notFound = (): Answer =>
  graphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')

export const accessDenied = (message = 'Access is denied. Check credentials and try again.'): Answer =>
  graphError(403, 'ErrorAccessDenied', message)

/** The refusal where the event is no more the version that If-Match names. */
export function changedSince({ incoming }: Call, { changeKey }: StoredEvent): Answer | undefined {
  const match = incoming.headers['if-match']
  if (!match || match === '*' || match === `W/"${changeKey}"`) return undefined
  return graphError(
    412,
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key does not match.',
  )
}

const AUTHORIZATION_URI = 'https://login.microsoftonline.com/common/oauth2/authorize'
const GRAPH_APP = '00000003-0000-0000-c000-000000000000'

export const unauthorized = (message: string): Answer =>
  graphError(401, 'InvalidAuthenticationToken', message, {
    'www-authenticate': `Bearer realm="", authorization_uri="${AUTHORIZATION_URI}", client_id="${GRAPH_APP}"`,
  })

/** Continuous access evaluation: learn.microsoft.com/entra/identity-platform/claims-challenge. */
export function claimsChallenge(claims: string): Answer {
  const encoded = Buffer.from(claims).toString('base64')
  return graphError(401, 'InvalidAuthenticationToken', 'Continuous access evaluation resulted in challenge.', {
    'www-authenticate': `Bearer realm="", authorization_uri="${AUTHORIZATION_URI}", client_id="${GRAPH_APP}", error="insufficient_claims", claims="${encoded}"`,
  })
}

export const throttled = (retryAfter: string, message: string, code = 'ApplicationThrottled'): Answer =>
  graphError(429, code, message, { 'retry-after': retryAfter })

/** The preferences of one request; several may share the header, comma-separated. */
export interface Preferences {
  readonly timeZone: string | undefined
  readonly immutableIds: boolean
  readonly textBody: boolean
  readonly maxPageSize: number | undefined
  readonly applied: string | undefined
}

const NONE: Preferences = {
  timeZone: undefined,
  immutableIds: false,
  textBody: false,
  maxPageSize: undefined,
  applied: undefined,
}

export function preferencesOf(incoming: Incoming): Preferences {
  const header = incoming.headers.prefer
  if (!header) return NONE
  const found = new Map<string, string>()
  for (const part of header.match(/(?:[^,"]|"[^"]*")+/g) ?? []) {
    const [, name, value] = /^\s*([^=\s]+)\s*=\s*"?([^"]*?)"?\s*$/.exec(part) ?? []
    if (name && value !== undefined) found.set(name.toLowerCase(), value)
  }
  const timeZone = found.get('outlook.timezone')
  const immutableIds = found.get('idtype') === 'ImmutableId'
  const textBody = found.get('outlook.body-content-type') === 'text'
  const size = Number(found.get('odata.maxpagesize'))
  const applied = [
    timeZone && `outlook.timezone="${timeZone}"`,
    immutableIds && 'IdType="ImmutableId"',
    textBody && 'outlook.body-content-type="text"',
  ].filter(Boolean)
  return {
    timeZone,
    immutableIds,
    textBody,
    maxPageSize: size > 0 ? size : undefined,
    applied: applied.length > 0 ? applied.join(', ') : undefined,
  }
}
