import type { CalendarOverview } from '../../services/connect-calendar.ts'
import type { ConnectOutcome } from '../../services/connect-outcome.ts'
import { type CalendarsSeen, calendarNames, calendarsSeen } from './calendar-names.ts'
import { isUnhealthy } from './connection-health-banner.tsx'
import { count } from './formatting.ts'

/** How an action on the calendar settings ended; a word in the address of the page, so it says nothing of anybody. */
export type SettingsOutcome =
  | Exclude<ConnectOutcome, 'unusable_state' | 'lost_rights'>
  | 'approved'
  | 'refused'
  | 'saved'
  | 'saved_partly'
  | 'none_ticked'
  | 'none_read'
  | 'checked'
  | 'replaced'
  | 'narrowed'
  | 'disconnected'
  | 'access_deleted'

interface OutcomeWords {
  readonly tone: 'good' | 'warn' | 'bad'
  readonly title: string
  readonly text: string
}

/** Of an account that was given up. */
const accessThere = (isKept: boolean): string =>
  isKept ? 'We keep our access there until our entries are removed: see below.' : 'Our access there is deleted here.'

type Words = (label: string, kept: string | undefined, seen: CalendarsSeen, isKept: boolean) => OutcomeWords

/** An attempt that changed nothing. `kept`: what stays connected all the same. */
const notConnected = (label: string, kept: string | undefined, text: string): OutcomeWords => ({
  tone: 'warn',
  title: kept === label ? 'Nothing has changed' : `${label} was not connected`,
  text: kept === undefined ? text : `${text} ${kept} stays connected as it is.`,
})

/**
 * `label` is what the therapist calls the provider's calendar, and `kept` the one that is connected and works at this moment:
 * nothing said here may contradict what the page says of it below. `isKept`: access to an account from before is kept.
 */
export const OUTCOMES: Readonly<Record<SettingsOutcome, Words>> = {
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
  replaced: (label, _kept, _seen, isKept) => ({
    tone: 'good',
    title: `${label} is connected`,
    text: `The account from before is disconnected. ${accessThere(isKept)}`,
  }),
  narrowed: (label, _kept, _seen, isKept) => ({
    tone: 'good',
    title: 'We only see when you are busy',
    text: isKept
      ? `We write no more sessions to ${label}. We keep the right to write until our entries are removed: see below.`
      : `We write no more sessions to ${label}, and the right to write is deleted here.`,
  }),
  confirm: (label) => ({
    tone: 'warn',
    title: 'This is another account',
    text: `You signed in to ${label} with another account than before. Nothing has changed yet.`,
  }),
  declined_or_admin: (label, kept) =>
    notConnected(label, kept, 'Either you declined, or your organisation wants an administrator to approve.'),
  admin_consent: (label, kept) =>
    notConnected(label, kept, 'Your organisation wants an administrator to approve first.'),
  no_mailbox: (label, kept) => notConnected(label, kept, 'This account has no calendar. Choose another.'),
  insufficient_scope: (label, kept) =>
    notConnected(label, kept, 'We were given less access than we need. Try again, and allow everything that is asked.'),
  forbidden: (label, kept) =>
    notConnected(
      label,
      kept,
      'This account may not be used so: it has no calendar of its own, no licence for one, or an organisation that does not allow it. Ask your administrator, or use another account.',
    ),
  unavailable: (label) => ({
    tone: 'warn',
    title: `${label} did not answer`,
    text: 'Nothing has changed. Try again in a minute.',
  }),
  misconfigured: (label, kept) => ({
    ...notConnected(label, kept, 'It cannot be done right now. This is our fault, not yours.'),
    tone: 'bad',
  }),
  failed: (label, kept) => ({
    ...notConnected(label, kept, 'Something went wrong on the way. Try again.'),
    tone: 'bad',
  }),
  approved: (label, kept) => ({
    tone: 'good',
    title: 'Your administrator has answered',
    text:
      kept === label
        ? `${label} stays connected as it is. What was approved can be chosen below.`
        : `Connect ${label} now. If it is refused all the same, the approval has not reached your organisation yet, or was for another one.`,
  }),
  refused: (label, kept) => ({
    tone: 'warn',
    title: 'It was not approved',
    text:
      kept === label
        ? `${label} stays connected as it is.`
        : `Without your administrator ${label} cannot be connected. Your booking page works without it.`,
  }),
  saved: () => ({ tone: 'good', title: 'Saved', text: 'The ticked calendars make you busy.' }),
  saved_partly: (_label, _kept, { aside }) => ({
    tone: 'warn',
    title: 'Not everything was saved',
    text: `${notTicked(aside)} The calendars that are ticked make you busy.`,
  }),
  none_read: () => ({
    tone: 'bad',
    title: 'Nothing was saved',
    text: 'What you ticked cannot be read. Leave another calendar ticked, or try again later.',
  }),
  checked: (_label, _kept, { read, unread }) => ({
    tone: unread.length === 0 ? 'good' : 'warn',
    title:
      unread.length === 0
        ? `${count(read.length, 'calendar')} read`
        : `${read.length} of ${read.length + unread.length} calendars read`,
    text:
      unread.length === 0
        ? `${calendarNames(read)}.`
        : `${read.length === 0 ? '' : `Read: ${calendarNames(read)}. `}Not read: ${calendarNames(unread)}.`,
  }),
  none_ticked: () => ({
    tone: 'bad',
    title: 'Nothing was saved',
    text: 'Tick at least one, or your calendar will block nothing.',
  }),
  disconnected: (label, _kept, _seen, isKept) => ({
    tone: 'good',
    title: `${label} is disconnected`,
    text: `${accessThere(isKept)} Clients see your working hours without your calendar.`,
  }),
  access_deleted: () => ({
    tone: 'good',
    title: 'Our access is deleted here',
    text: 'What we had not removed yet stays in that calendar: your appointments list it, for you to remove.',
  }),
}

/** Outcomes of which a therapist concludes that clients see none of her busy hours. */
const PROMISES: ReadonlySet<SettingsOutcome> = new Set(['connected', 'reconnected', 'replaced', 'saved', 'checked'])

/** The words of an outcome, as far as they hold of what is connected now. */
export function outcomeWords(outcome: SettingsOutcome, label: string, overview: CalendarOverview): OutcomeWords {
  const seen = calendarsSeen(overview.connection)
  const kept = overview.connection && !isUnhealthy(overview.health.state) ? overview.features?.label : undefined
  const words = OUTCOMES[outcome](label, kept, seen, overview.kept.length > 0)
  if (outcome === 'checked' && isUnhealthy(overview.health.state) && overview.health.state !== 'calendar_unread')
    return { tone: 'bad', title: 'No calendar was read', text: 'What stands in the way is said below.' }
  if (PROMISES.has(outcome) && seen.aside.length > 0)
    return { tone: 'warn', title: words.title, text: notTicked(seen.aside) }
  if (outcome === 'connected' && seen.left.length > 0)
    return {
      tone: 'warn',
      title: words.title,
      text: `Only ${seen.read.length} of your calendars are ticked. Tick the others that make you busy.`,
    }
  return words
}

const notTicked = (calendars: CalendarsSeen['aside']): string =>
  calendars.length === 0
    ? ''
    : `${calendarNames(calendars)} could not be read and ${calendars.length === 1 ? 'is' : 'are'} not ticked: clients can book while you are busy there.`

export const settingsOutcomeOf = (word: unknown): SettingsOutcome | undefined =>
  Object.keys(OUTCOMES).find((known): known is SettingsOutcome => known === word)

/** Whether what an outcome says still holds of the connection. */
export function agrees(outcome: SettingsOutcome, { connection, pending, health }: CalendarOverview): boolean {
  switch (outcome) {
    case 'connected':
    case 'reconnected':
    case 'replaced':
      return connection !== undefined && !isUnhealthy(health.state)
    case 'narrowed':
      return connection?.access === 'availability'
    case 'saved':
    case 'saved_partly':
    case 'checked':
    case 'none_ticked':
    case 'none_read':
      return connection !== undefined
    case 'confirm':
      return pending !== undefined
    case 'disconnected':
      return connection === undefined
    default:
      return true
  }
}
