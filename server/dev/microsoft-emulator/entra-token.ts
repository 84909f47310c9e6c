import { createHash } from 'node:crypto'
import type { Account } from './accounts.ts'
import { PERSONAL_TENANT } from './accounts.ts'
import type { Cloud } from './cloud.ts'
import { entraError } from './entra-errors.ts'
import { Claims } from './grants.ts'
import { readScopes, type ScopeForm, writeScopes } from './scopes.ts'
import { type IdTokenFlaw, idToken } from './signing.ts'
import { type Answer, formOf, type Handler, type Incoming } from './wire.ts'

/** What may be wrong with a token answer. */
export interface TokenFlaws {
  idToken?: IdTokenFlaw
  /** Laid over the id token's claims; `undefined` removes one. */
  claims?: Readonly<Record<string, unknown>>
  refreshToken?: 'missing'
  accessToken?: 'missing' | 'empty'
  clientInfo?: 'missing'
  /** The scopes that the answer names, in place of those granted. */
  scopes?: readonly string[]
  scopeForm?: ScopeForm
  /** The answer is somebody else's. */
  account?: Account
  /** The `scope` field is left out altogether. */
  withoutScope?: boolean
}

interface Grant {
  readonly account: Account
  readonly scopes: readonly string[]
  /** Of the whole sign-in; a refresh may ask for fewer and the next one for all again. */
  readonly lasting: readonly string[]
  readonly nonce: string | undefined
  readonly family: string | undefined
}

/** The token endpoint: learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow. */
export function createTokenEndpoint(cloud: Cloud, nextFlaws: () => TokenFlaws): Handler {
  return async (incoming) => {
    const tenant = incoming.path.split('/')[1] ?? ''
    const form = formOf(incoming)
    const refused = refuseClient(cloud, incoming, form)
    if (refused) return refused
    const grant = grantOf(cloud, tenant, form)
    if ('status' in grant) return grant
    incoming.exchange.account = grant.account
    return tokens(cloud, grant, form, nextFlaws())
  }
}

function refuseClient(cloud: Cloud, incoming: Incoming, form: Map<string, string>): Answer | undefined {
  const now = cloud.now()
  if (incoming.method !== 'POST' || !form.has('grant_type')) return entraError(9002313, { now })
  const [id, secret] = basicCredentials(incoming.headers.authorization)
  if ((form.get('client_id') ?? id) !== cloud.clientId) return entraError(700016, { now })
  const given = form.get('client_secret') ?? secret
  if (given === undefined) return entraError(7000218, { now })
  const state = cloud.clientSecrets.get(given)
  if (state === undefined) return entraError(7000215, { now })
  return state === 'expired' ? entraError(7000222, { now }) : undefined
}

function basicCredentials(header = ''): [string | undefined, string | undefined] {
  if (!header.startsWith('Basic ')) return [undefined, undefined]
  const [id, secret] = Buffer.from(header.slice(6), 'base64').toString().split(':')
  return [decodeURIComponent(id ?? ''), decodeURIComponent(secret ?? '')]
}

function grantOf(cloud: Cloud, tenant: string, form: Map<string, string>): Grant | Answer {
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return redeemCode(cloud, tenant, form)
    case 'refresh_token':
      return refresh(cloud, tenant, form)
    default:
      return entraError(70003, { now: cloud.now() })
  }
}

function redeemCode(cloud: Cloud, tenant: string, form: Map<string, string>): Grant | Answer {
  const now = cloud.now()
  const code = cloud.grants.redeem(form.get('code') ?? '')
  if (typeof code === 'number') return entraError(code, { now, ...(code === 9002313 && { error: 'invalid_grant' }) })
  if (code.tenant !== tenant) return entraError(700005, { now })
  if (code.redirectUri !== form.get('redirect_uri')) return entraError(50011, { now, error: 'invalid_grant' })
  const verifier = form.get('code_verifier') ?? ''
  const wellFormed = /^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)
  if (!wellFormed || createHash('sha256').update(verifier).digest('base64url') !== code.challenge)
    return entraError(50148, { now })
  return { account: code.account, scopes: code.scopes, lasting: code.scopes, nonce: code.nonce, family: undefined }
}

function refresh(cloud: Cloud, tenant: string, form: Map<string, string>): Grant | Answer {
  const now = cloud.now()
  const token = cloud.grants.useRefreshToken(form.get('refresh_token') ?? '', cloud.quirks.strictRotation)
  if (typeof token === 'number') return entraError(token, { now })
  const { account, family } = token
  const home =
    account.tid === PERSONAL_TENANT ? ['common', 'consumers', account.tid] : ['common', 'organizations', account.tid]
  if (!home.includes(tenant)) return entraError(50020, { now })
  const keptOut = cloud.grants.keptOut.get(account.tid)
  if (keptOut !== undefined) return entraError(keptOut, { now })
  const { scopes, unknown } = readScopes(form.get('scope') ?? '', cloud.names.graph)
  if (unknown !== undefined) return entraError(70011, { now })
  const consented = cloud.grants.consented(account)
  const asked = scopes.length > 0 ? scopes : token.scopes
  if (asked.some((scope) => !consented.has(scope))) return entraError(65001, { now, suberror: 'consent_required' })
  return { account, scopes: asked, lasting: token.scopes, nonce: undefined, family }
}

async function tokens(cloud: Cloud, grant: Grant, form: Map<string, string>, flaws: TokenFlaws): Promise<Answer> {
  const account = flaws.account ?? grant.account
  const { scopes, lasting, nonce, family } = grant
  const seconds = cloud.accessTokenSeconds ?? 3600 + Math.floor(Math.random() * 1800)
  const accessToken = cloud.grants.issueAccessToken(account, seconds, new Claims(form.get('claims')))
  const id = scopes.includes('openid')
    ? await idToken({
        account,
        origin: cloud.names.issuer,
        clientId: cloud.clientId,
        nonce,
        scopes,
        now: cloud.now(),
        flaw: flaws.idToken,
        claims: flaws.claims,
      })
    : undefined
  const body = {
    token_type: 'Bearer',
    ...(!flaws.withoutScope && { scope: writeScopes(flaws.scopes ?? scopes, flaws.scopeForm) }),
    expires_in: seconds,
    ext_expires_in: seconds,
    ...(flaws.accessToken !== 'missing' && { access_token: flaws.accessToken === 'empty' ? '' : accessToken }),
    ...(lasting.includes('offline_access') &&
      flaws.refreshToken !== 'missing' && { refresh_token: cloud.grants.issueRefreshToken(account, lasting, family) }),
    ...(id !== undefined && { id_token: id }),
    ...(form.get('client_info') === '1' && flaws.clientInfo !== 'missing' && { client_info: clientInfo(account) }),
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body,
  }
}

export const clientInfo = (account: Account): string =>
  Buffer.from(JSON.stringify({ uid: account.oid, utid: account.tid })).toString('base64url')
