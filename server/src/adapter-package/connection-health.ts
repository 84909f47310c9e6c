import { type HealthState, healthOf } from '../domain/connection-health.ts'
import type { CalendarFeatures } from '../ports/calendar-binding.ts'
import type { CalendarAccess } from '../ports/calendar-connector.ts'
import type { ConnectionEvidence } from '../ports/connection.ts'

type Names = Pick<CalendarFeatures, 'label' | 'company'>

/** What the therapist is told; undefined where there is nothing to tell. */
const SENTENCES: Readonly<Record<HealthState, ((names: Names) => string) | undefined>> = {
  none: undefined,
  ok: undefined,
  read_only: undefined,
  failing: ({ label }) => `${label} does not answer. We keep trying. Clients cannot book until it does.`,
  unusable: ({ label }) =>
    `${label} answers with something we cannot use, and clients cannot book until it is mended. Look in your calendar for an event that was entered wrongly.`,
  reconnect: ({ label, company }) =>
    `${company} does not let us in any more, and clients cannot book. Connect ${label} again.`,
  admin_consent: () =>
    'Your organisation does not let this app in any more, and clients cannot book. Ask your administrator to approve it again or, where it was switched off, to switch it on.',
  forbidden: ({ label }) =>
    `${label} does not let this account share its calendar, and clients cannot book. Connect again, or use another account.`,
  calendar_gone: ({ label }) =>
    `A calendar you chose is missing from ${label}. Clients cannot book until you connect again or choose another account.`,
  calendar_unread: ({ label }) =>
    `A calendar you chose cannot be read at ${label}, and clients cannot book. Share it again, or choose without it.`,
  our_fault: () =>
    'We cannot read your calendar, and clients cannot book. This is our fault, not yours. If it lasts, tell whoever runs this site.',
}

export interface ToldHealth {
  readonly health: HealthState
  /** What the therapist has to know; undefined where there is nothing to tell. */
  readonly tell: string | undefined
}

/** How a connection fares, by the evidence that is stored of it, and what its therapist is told. */
export function connectionHealth(access: CalendarAccess, evidence: ConnectionEvidence, names: Names): ToldHealth {
  const health = healthOf({ access, ...evidence }).state
  return { health, tell: SENTENCES[health]?.(names) }
}
