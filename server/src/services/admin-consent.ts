import type { AuditStore } from '../ports/audit-store.ts'
import type { AppRegistration, CalendarAccess } from '../ports/calendar-connector.ts'
import type { CalendarProviderType } from '../ports/calendar-provider-type.ts'
import { bindingOf, type CalendarRegistry } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'
import type { User } from '../ports/user-store.ts'
import { createAdminConsentState } from './admin-consent-state.ts'
import { redirectUri } from './redirect-uri.ts'

/** The approval of this app by an administrator, for her organisation. */
export interface AdminConsent {
  /** What the therapist passes to her administrator, for `access` and no more. */
  askAdministrator(user: User, provider: CalendarProviderType, access: CalendarAccess): Promise<AdministratorRequest>
  /** An administrator came back, in a browser of her own and without a web session: of what it brings, only the state is trusted. */
  finishAdminConsent(reply: {
    readonly provider: CalendarProviderType
    readonly state: string
    readonly error?: string
  }): Promise<AdminConsentOutcome>
}

export interface AdministratorRequest {
  readonly registration: AppRegistration
  /** Undefined where the provider knows no such approval. */
  readonly link: AdminConsentLink | undefined
}

export interface AdminConsentLink {
  readonly url: URL
  /** What comes back later is not recorded. What was approved holds all the same. */
  readonly until: Date
}

export type AdminConsentOutcome =
  | 'unusable_state'
  /** `tenantId`: for whom the link was made. `late`: it had ended. */
  | { readonly outcome: 'approved' | 'refused' | 'late'; readonly tenantId: string }

export interface AdminConsentParts {
  readonly connections: Pick<ConnectionStore, 'active'>
  readonly audit: AuditStore
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
  /** The public origin of this application. */
  readonly appUrl: string
  /** Signs the state of administrators' links. */
  readonly secret: string
}

export function createAdminConsent(parts: AdminConsentParts): AdminConsent {
  const { connections, providers, clock, log } = parts
  const states = createAdminConsentState(parts.secret)

  return {
    async askAdministrator(user, provider, access): Promise<AdministratorRequest> {
      const { connector, features } = bindingOf(providers, provider)
      const active = await connections.active(user.tenantId)
      const { state, until } = states.issue(user.tenantId, provider, clock.now())
      const url = connector.adminConsentUrl?.({
        redirectUri: redirectUri(parts.appUrl, `${features.slug}-admin`),
        state,
        access,
        ...(active?.provider === provider && { accountKey: active.accountKey }),
      })
      return { registration: connector.registration(access), link: url && { url, until } }
    },

    async finishAdminConsent({ provider, state, error }): Promise<AdminConsentOutcome> {
      const known = states.read(state, provider)
      if (known === undefined) return 'unusable_state'
      const { tenantId, id, until } = known
      if (until <= clock.now()) return { outcome: 'late', tenantId }
      const outcome = error === undefined ? 'approved' : 'refused'
      const action = `admin_consent_${outcome}`
      log.info(action, { tenantId, provider })
      await parts.audit.appendOnce({ tenantId, actor: 'administrator', action, subjectId: id, detail: { provider } })
      return { outcome, tenantId }
    },
  }
}
