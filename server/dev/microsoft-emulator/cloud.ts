import type { Account } from './accounts.ts'
import type { Faults } from './faults.ts'
import type { Grants } from './grants.ts'
import type { Journal } from './journal.ts'

/** Behaviours that Microsoft documents badly or not at all, each switchable while the emulator runs. */
export interface Quirks {
  /** Every event answer also carries subject, body, location and attendees, asked for or not. */
  poison: boolean
  /** In so many answers to come `onlineMeeting` is still null: when it is filled is not documented. */
  answersWithoutJoinUrl: number
  /** A transactionId is only known once its create was answered: two creates at once make two events. */
  lateTransactionIds: boolean
  /** Events made through the API stay out of listings until `settle()`. */
  hideNewEvents: boolean
  /** The status beside ErrorDuplicateTransactionId: 400 was seen, 409 is what its name suggests. */
  duplicateTransactionStatus: 400 | 409
  /** All-day events read in another zone: midnight in whatever zone was asked for, as Microsoft's staff say
   * (microsoft-graph-docs #1802), or as a fault shifted like instants. */
  allDay: 'midnight' | 'shifted'
  /** Using a refresh token twice revokes its family; Entra does not do this, strict servers do. */
  strictRotation: boolean
  /**
   * Further host names of this listener (`login.localhost`) that an authorization request is passed on through, one 302 each,
   * before a page is shown: as Entra does for federated domains (learn.microsoft.com/entra/identity/enterprise-apps/
   * configure-authentication-for-federated-users-portal) and was seen to do for personal accounts, whose pages live at
   * login.live.com. For browsers, which know these names.
   */
  signInHosts: readonly string[]
}

/**
 * The origins that a cloud goes by; the emulator's own, until a test poses as another one. Azure China answers at
 * login.chinacloudapi.cn and signs as login.partner.microsoftonline.cn (github.com/Azure/azure-dev/issues/5912).
 */
export interface CloudNames {
  /** In the metadata's addresses. */
  endpoints: string
  /** In the metadata's issuer and in id tokens. */
  issuer: string
  /** Before the names of scopes. */
  graph: string
}

/** Everything the parts of the emulator share. */
export interface Cloud {
  origin: string
  readonly names: CloudNames
  readonly now: () => Date
  readonly clientId: string
  /** Of the registration, which may have several; another one is unknown. */
  readonly clientSecrets: Map<string, 'valid' | 'expired'>
  readonly redirectUris: readonly string[]
  readonly maxPageSize: number
  readonly accessTokenSeconds: number | undefined
  readonly accounts: Account[]
  readonly grants: Grants
  readonly faults: Faults
  readonly journal: Journal
  readonly quirks: Quirks
  /** Concurrent requests per mailbox (Outlook: 4) and requests per mailbox and ten minutes (Outlook: 10,000). */
  readonly limits: { concurrency: number; requestsPerTenMinutes: number }
  latencyMs: number
}
