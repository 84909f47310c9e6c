import type { Account } from './accounts.ts'
import type { Cloud } from './cloud.ts'
import { aadstsText } from './entra-errors.ts'
import { type AuthorizeRequest, accountPage, approvalPage, consentPage, refusalPage } from './entra-pages.ts'
import { clientInfo } from './entra-token.ts'
import { isSignInScope, readScopes } from './scopes.ts'
import { type Answer, formOf, type Handler, type Incoming, redirect } from './wire.ts'

/** The authorize endpoint: learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow. */
export function createAuthorize(cloud: Cloud): Handler {
  return (incoming) => {
    const posted = incoming.method === 'POST'
    const next = posted ? undefined : nextHost(cloud, incoming)
    if (next !== undefined) return redirect(next)
    const fields = posted ? formOf(incoming) : new Map(incoming.query)
    const request = check(cloud, incoming, fields)
    if ('status' in request) return request
    const chosen = posted ? fields.get('account') : undefined
    const hint = fields.get('prompt') === 'select_account' ? undefined : fields.get('login_hint')
    const account = cloud.accounts.find(
      (known) => known.oid === chosen || (!posted && known.address.toLowerCase() === hint?.toLowerCase()),
    )
    if (!account) {
      if (fields.get('prompt') === 'none')
        return back(request, { error: 'login_required', error_description: aadstsText(50058) })
      return accountPage(
        request,
        cloud.accounts.filter((known) => mayUse(known, request.tenant)),
      )
    }
    incoming.exchange.account = account
    if (!mayUse(account, request.tenant)) return refusalPage(50020)
    const keptOut = cloud.grants.keptOut.get(account.tid)
    if (keptOut !== undefined) return refusalPage(keptOut)
    return decide(cloud, request, account, fields.get('decision'))
  }
}

/** Where the request is passed on to; undefined at the last host, which shows the page. */
function nextHost(cloud: Cloud, { headers, target }: Incoming): string | undefined {
  const { protocol, port, hostname } = new URL(cloud.origin)
  const hosts = [hostname, ...cloud.quirks.signInHosts]
  const at = hosts.findIndex((name) => headers.host === `${name}:${port}`)
  const next = at < 0 ? undefined : hosts[at + 1]
  return next === undefined ? undefined : `${protocol}//${next}:${port}${target}`
}

/** Mistakes of the application are shown, never sent to an address that might not be its own. */
function check(cloud: Cloud, incoming: Incoming, fields: Map<string, string>): AuthorizeRequest | Answer {
  const redirectUri = fields.get('redirect_uri') ?? ''
  if (fields.get('client_id') !== cloud.clientId) return refusalPage(700016)
  if (!cloud.redirectUris.includes(redirectUri)) return refusalPage(50011)
  // Entra takes a request without PKCE or nonce; here their absence shall be seen.
  if (fields.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(fields.get('code_challenge') ?? ''))
    return refusalPage(9002313, 'PKCE: code_challenge with code_challenge_method=S256 is missing.')
  if (!fields.get('nonce')) return refusalPage(9002313, 'nonce is missing.')
  const { account: _account, decision: _decision, ...rest } = Object.fromEntries(fields)
  const { scopes, unknown } = readScopes(fields.get('scope') ?? '', cloud.names.graph)
  const request = { tenant: incoming.path.split('/')[1] ?? '', redirectUri, scopes, fields: rest }
  if (fields.get('response_type') !== 'code')
    return back(request, { error: 'unsupported_response_type', error_description: aadstsText(700051) })
  if ((fields.get('response_mode') ?? 'query') !== 'query')
    return back(request, { error: 'invalid_request', error_description: aadstsText(9002313) })
  if (unknown !== undefined || scopes.length === 0)
    return back(request, {
      error: 'invalid_scope',
      error_description: `${aadstsText(70011)} The scope ${unknown ?? ''} isn't valid.`,
    })
  return request
}

/** Who may sign in under a tenant path. */
function mayUse(account: Account, tenant: string): boolean {
  switch (tenant) {
    case 'common':
      return true
    case 'organizations':
      return account.kind !== 'personal'
    case 'consumers':
      return account.kind === 'personal'
    default:
      return account.tid === tenant
  }
}

function decide(cloud: Cloud, request: AuthorizeRequest, account: Account, decision: string | undefined): Answer {
  const consented = cloud.grants.consented(account)
  const missing = request.scopes.filter((scope) => !consented.has(scope))
  const asksBeyondSignIn = missing.some((scope) => !isSignInScope(scope) && scope !== 'User.Read')
  if (decision === 'decline')
    return back(request, { error: 'access_denied', error_subcode: 'cancel', error_description: aadstsText(65004) })
  // Leaving the "Need admin approval" page was observed to bring no description at all.
  if (decision === 'return') return back(request, { error: 'access_denied', error_subcode: 'cancel' })
  if (asksBeyondSignIn && account.userConsent === 'admin-error')
    return back(request, { error: 'consent_required', error_description: aadstsText(90094) })
  const needsApproval = account.userConsent === 'off' ? missing.length > 0 : asksBeyondSignIn
  if (needsApproval && ['off', 'admin-approval'].includes(account.userConsent))
    return approvalPage(request, account, missing)
  const asked = request.fields.prompt === 'consent' ? request.scopes : missing
  if (asked.length > 0 && decision !== 'accept') {
    if (request.fields.prompt === 'none')
      return back(request, { error: 'interaction_required', error_description: aadstsText(65001) })
    return consentPage(request, account, asked)
  }
  for (const scope of request.scopes) account.consents.add(scope)
  const code = cloud.grants.issueCode({
    account,
    tenant: request.tenant,
    redirectUri: request.redirectUri,
    challenge: request.fields.code_challenge ?? '',
    scopes: request.scopes,
    nonce: request.fields.nonce,
  })
  return back(request, {
    code,
    ...(request.fields.client_info === '1' && { client_info: clientInfo(account) }),
    session_state: account.oid,
  })
}

function back(request: AuthorizeRequest, answer: Record<string, string>): Answer {
  const target = new URL(request.redirectUri)
  const state = request.fields.state
  for (const [name, value] of Object.entries({ ...answer, ...(state !== undefined && { state }) }))
    target.searchParams.set(name, value)
  return redirect(target.href)
}
