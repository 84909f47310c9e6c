import type { Account } from './accounts.ts'
import { aadstsText } from './entra-errors.ts'
import { hidden, markup, page } from './html.ts'
import { describeScope } from './scopes.ts'
import type { Answer } from './wire.ts'

export interface AuthorizeRequest {
  readonly tenant: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly fields: Readonly<Record<string, string>>
}

const originOf = (url: string): string => new URL(url).origin
const action = (request: AuthorizeRequest): string => `/${request.tenant}/oauth2/v2.0/authorize`

export function accountPage(request: AuthorizeRequest, accounts: readonly Account[]): Answer {
  const choices = accounts.map(
    (account) => markup`<li><form method="post" action="${action(request)}">${hidden(request.fields)}
<button name="account" value="${account.oid}">${account.name} <br>${account.address}</button></form>
<small>${account.kind === 'personal' ? 'Personal account' : 'Work or school account'}</small></li>`,
  )
  return page('Pick an account', markup`<ul class="plain">${choices}</ul>`, {
    formTargets: [originOf(request.redirectUri)],
  })
}

export function consentPage(request: AuthorizeRequest, account: Account, scopes: readonly string[]): Answer {
  return page(
    'Permissions requested',
    markup`<p>${account.address}</p>
<p>The application <strong>${originOf(request.redirectUri)}</strong> would like to:</p>
<ul>${scopes.map((scope) => markup`<li>${describeScope(scope)} <small>(${scope})</small></li>`)}</ul>
<form method="post" action="${action(request)}">${hidden({ ...request.fields, account: account.oid })}
<button name="decision" value="accept">Accept</button>
<button name="decision" value="decline" class="quiet">Cancel</button></form>`,
    { formTargets: [originOf(request.redirectUri)] },
  )
}

export function approvalPage(request: AuthorizeRequest, account: Account, scopes: readonly string[]): Answer {
  return page(
    'Need admin approval',
    markup`<p>${account.address}</p>
<p>The application <strong>${originOf(request.redirectUri)}</strong> needs permission to access resources in your
organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.</p>
<ul>${scopes.map((scope) => markup`<li>${describeScope(scope)} <small>(${scope})</small></li>`)}</ul>
<form method="post" action="${action(request)}">${hidden({ ...request.fields, account: account.oid })}
<button name="decision" value="return" class="quiet">Return to the application without granting consent</button></form>`,
    { formTargets: [originOf(request.redirectUri)] },
  )
}

/** Entra shows an application's own mistakes to the person; it sends them nowhere. */
export function refusalPage(aadsts: number, detail?: string): Answer {
  return page(
    'Sorry, but we’re having trouble signing you in',
    markup`<p>${aadstsText(aadsts)}</p>${detail && markup`<p>${detail}</p>`}`,
    {
      status: 400,
    },
  )
}

export interface AdminConsentRequest {
  readonly tenant: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly fields: Readonly<Record<string, string>>
}

export function adminConsentPage(request: AdminConsentRequest, tenants: ReadonlyMap<string, string>): Answer {
  const choices = [...tenants].map(
    ([tid, name]) => markup`<li>Administrator of ${name}
<form method="post" action="/${request.tenant}/v2.0/adminconsent">${hidden({ ...request.fields, tid })}
<button name="decision" value="approve">Approve for ${name}</button>
<button name="decision" value="deny" class="quiet">Deny</button></form></li>`,
  )
  return page(
    'Permissions requested: accept for your organization',
    markup`<p>The application <strong>${originOf(request.redirectUri)}</strong> would like to, for every user of the organization:</p>
<ul>${request.scopes.map((scope) => markup`<li>${describeScope(scope)} <small>(${scope})</small></li>`)}</ul>
<ul class="plain">${choices}</ul>`,
    { formTargets: [originOf(request.redirectUri)] },
  )
}
