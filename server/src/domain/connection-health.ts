/**
 * How a connection fares: derived from the evidence below, never set. `calendar_unread`: some chosen calendars cannot be read,
 * while the account can. `calendar_gone`: the account's mailbox or a chosen
 * calendar does not exist any more. `unusable`: it answers, but what it says cannot be used. `our_fault`: only the operator can
 * mend it.
 */
export type ConnectionHealth =
  | { readonly state: 'none' }
  | { readonly state: 'ok'; readonly lastReadAt: Date | undefined }
  | { readonly state: 'read_only'; readonly lastReadAt: Date | undefined }
  | { readonly state: 'failing'; readonly since: Date; readonly lastReadAt: Date | undefined }
  | { readonly state: 'unusable'; readonly since: Date; readonly lastReadAt: Date | undefined }
  | { readonly state: 'reconnect'; readonly since: Date; readonly lastReadAt: Date | undefined }
  | { readonly state: 'admin_consent'; readonly since: Date; readonly lastReadAt: Date | undefined }
  | { readonly state: 'forbidden'; readonly since: Date; readonly lastReadAt: Date | undefined }
  | { readonly state: 'calendar_unread'; readonly since: Date; readonly lastReadAt: Date | undefined }
  | { readonly state: 'calendar_gone'; readonly since: Date; readonly lastReadAt: Date | undefined }
  | { readonly state: 'our_fault'; readonly since: Date; readonly lastReadAt: Date | undefined }

export type HealthState = ConnectionHealth['state']

/** The health that each calendar failure stands for. The keys are the port's CALENDAR_FAILURES, which the domain may not import. */
const STATE_OF = {
  reconnect: 'reconnect',
  admin_consent: 'admin_consent',
  forbidden: 'forbidden',
  throttled: 'failing',
  unavailable: 'failing',
  timeout: 'failing',
  not_found: 'calendar_gone',
  conflict: 'unusable',
  garbled: 'unusable',
  misconfigured: 'our_fault',
} as const satisfies Record<string, HealthState>

export interface Evidence {
  readonly access: 'availability' | 'bookings'
  readonly lastReadAt: Date | undefined
  readonly failure: keyof typeof STATE_OF | undefined
  readonly failingSince: Date | undefined
  readonly unreadSince?: Date | undefined
}

/** What stands in the way of the whole account says more than what is known of single calendars. */
const OF_THE_ACCOUNT: ReadonlySet<HealthState> = new Set(['reconnect', 'admin_consent', 'our_fault'])

export function healthOf(evidence: Evidence | undefined): ConnectionHealth {
  if (evidence === undefined) return { state: 'none' }
  const { failure, failingSince, unreadSince, lastReadAt } = evidence
  const state = failure === undefined ? undefined : STATE_OF[failure]
  if (unreadSince !== undefined && (state === undefined || !OF_THE_ACCOUNT.has(state)))
    return { state: 'calendar_unread', since: unreadSince, lastReadAt }
  if (state !== undefined && failingSince !== undefined) return { state, since: failingSince, lastReadAt }
  return { state: evidence.access === 'bookings' ? 'ok' : 'read_only', lastReadAt }
}

/** Whether a failure may pass without anybody mending anything; one that is the therapist's, her administrator's or ours does not. */
export const mayPass = (failure: keyof typeof STATE_OF): boolean =>
  STATE_OF[failure] === 'failing' || STATE_OF[failure] === 'unusable'

/** Whether only the therapist or her administrator can mend it: until then the provider is not asked again. */
export const waitsForPeople = (state: HealthState): boolean => state === 'reconnect' || state === 'admin_consent'
