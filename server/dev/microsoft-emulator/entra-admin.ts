import type { Cloud } from './cloud.ts'
import { aadstsText } from './entra-errors.ts'
import { adminConsentPage, refusalPage } from './entra-pages.ts'
import { isSignInScope, readScopes } from './scopes.ts'
import { formOf, type Handler, redirect } from './wire.ts'

/** Admin consent: learn.microsoft.com/entra/identity-platform/v2-admin-consent. Success brings no code. */
export function createAdminConsent(cloud: Cloud): Handler {
  return (incoming) => {
    const posted = incoming.method === 'POST'
    const fields = Object.fromEntries(posted ? formOf(incoming) : new Map(incoming.query))
    const tenant = incoming.path.split('/')[1] ?? ''
    if (tenant === 'common') return refusalPage(9002313, 'The endpoint takes organizations or a tenant, never common.')
    if (fields.client_id !== cloud.clientId) return refusalPage(700016)
    const redirectUri = fields.redirect_uri ?? ''
    if (!cloud.redirectUris.includes(redirectUri)) return refusalPage(50011)
    const { scopes, unknown } = readScopes(fields.scope ?? '', cloud.names.graph)
    if (unknown !== undefined || scopes.length === 0) return refusalPage(70011)

    const tenants = new Map<string, string>()
    for (const { kind, tid, address } of cloud.accounts)
      if (kind !== 'personal' && (tenant === 'organizations' || tenant === tid))
        tenants.set(tid, address.split('@')[1] ?? tid)
    const { tid, decision, ...rest } = fields
    if (!posted || !tid || !tenants.has(tid))
      return adminConsentPage({ tenant, redirectUri, scopes, fields: rest }, tenants)

    const target = new URL(redirectUri)
    const set = (values: Record<string, string | undefined>) => {
      for (const [name, value] of Object.entries(values)) if (value !== undefined) target.searchParams.set(name, value)
    }
    // admin_consent=True comes with refusals too: the error decides.
    set({ admin_consent: 'True', tenant: tid, state: fields.state })
    if (decision === 'approve') {
      const held = cloud.grants.tenantConsents.get(tid) ?? new Set()
      cloud.grants.tenantConsents.set(tid, new Set([...held, ...scopes]))
      set({
        scope: scopes.map((scope) => (isSignInScope(scope) ? scope : `https://graph.microsoft.com/${scope}`)).join(' '),
      })
    } else set({ error: 'consent_required', error_description: aadstsText(65004) })
    return redirect(target.href)
  }
}
