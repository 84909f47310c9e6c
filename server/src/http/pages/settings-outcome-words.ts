import type { CalendarOverview } from '../../services/connect-calendar.ts'
import type { ConnectOutcome } from '../../services/connect-outcome.ts'
import { isUnhealthy } from './connection-health-banner.tsx'

/** How an action on the calendar settings ended; a word in the address of the page, so it says nothing of anybody. */
export type SettingsOutcome =
  | Exclude<ConnectOutcome, 'unusable_state' | 'lost_rights'>
  | 'approved'
  | 'refused'
  | 'saved'
  | 'none_ticked'
  | 'replaced'
  | 'disconnected'

interface OutcomeWords {
  readonly tone: 'good' | 'warn' | 'bad'
  readonly title: string
  readonly text: string
}

/** `label` is what the therapist calls the provider's calendar. */
export const OUTCOMES: Readonly<Record<SettingsOutcome, (label: string) => OutcomeWords>> = {
  connected: (label) => ({
    tone: 'good',
    title: `${label} is connected`,
    text: 'Clients now only see hours when you are free.',
  }),
  reconnected: (label) => ({
    tone: 'good',
    title: `${label} is connected again`,
    text: 'Clients only see hours when you are free.',
  }),
  replaced: (label) => ({
    tone: 'good',
    title: `${label} is connected`,
    text: 'The account from before is disconnected, and its access is deleted here.',
  }),
  confirm: (label) => ({
    tone: 'warn',
    title: 'This is another account',
    text: `You signed in to ${label} with another account than before. Nothing has changed yet.`,
  }),
  declined_or_admin: (label) => ({
    tone: 'warn',
    title: `${label} was not connected`,
    text: 'Either you declined, or your organisation wants an administrator to approve.',
  }),
  admin_consent: (label) => ({
    tone: 'warn',
    title: `${label} was not connected`,
    text: 'Your organisation wants an administrator to approve first.',
  }),
  no_mailbox: (label) => ({
    tone: 'warn',
    title: `${label} was not connected`,
    text: 'This account has no calendar. Choose another.',
  }),
  insufficient_scope: (label) => ({
    tone: 'warn',
    title: `${label} was not connected`,
    text: 'We were given less access than we need. Try again and leave every box ticked, or choose less below.',
  }),
  forbidden: (label) => ({
    tone: 'warn',
    title: `${label} was not connected`,
    text: 'This account may not be used so: it has no calendar of its own, no licence for one, or an organisation that does not allow it. Nothing has changed. Ask your administrator, or use another account.',
  }),
  unavailable: (label) => ({
    tone: 'warn',
    title: `${label} did not answer`,
    text: 'Nothing has changed. Try again in a minute.',
  }),
  misconfigured: (label) => ({
    tone: 'bad',
    title: `${label} cannot be connected right now`,
    text: 'This is our fault, not yours. Nothing has changed.',
  }),
  failed: (label) => ({
    tone: 'bad',
    title: `${label} was not connected`,
    text: 'Something went wrong on the way. Nothing has changed. Try again.',
  }),
  approved: (label) => ({
    tone: 'good',
    title: 'Your administrator has answered',
    text: `Connect ${label} now. If your organisation still refuses, the approval has not reached it yet.`,
  }),
  refused: (label) => ({
    tone: 'warn',
    title: 'It was not approved',
    text: `Without your administrator ${label} cannot be connected. Your booking page works without it.`,
  }),
  saved: () => ({ tone: 'good', title: 'Saved', text: 'The ticked calendars make you busy.' }),
  none_ticked: () => ({
    tone: 'bad',
    title: 'Nothing was saved',
    text: 'Tick at least one, or your calendar will block nothing.',
  }),
  disconnected: (label) => ({
    tone: 'good',
    title: `${label} is disconnected`,
    text: 'Our access is deleted here. Clients see your working hours without your calendar.',
  }),
}

export const settingsOutcomeOf = (word: unknown): SettingsOutcome | undefined =>
  Object.keys(OUTCOMES).find((known): known is SettingsOutcome => known === word)

/** Whether what an outcome says still holds of the connection. */
export function agrees(outcome: SettingsOutcome, { connection, pending, health }: CalendarOverview): boolean {
  switch (outcome) {
    case 'connected':
    case 'reconnected':
    case 'replaced':
      return connection !== undefined && !isUnhealthy(health.state)
    case 'saved':
      return connection !== undefined
    case 'confirm':
      return pending !== undefined
    case 'disconnected':
      return connection === undefined
    default:
      return true
  }
}
