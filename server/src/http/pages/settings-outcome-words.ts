import type { Locale } from '../../domain/locale.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import type { ConnectOutcome } from '../../services/connect-outcome.ts'
import type { Texts } from '../texts/en.ts'
import { textsOf } from '../texts/texts.ts'
import { type CalendarsSeen, calendarNames, calendarsSeen } from './calendar-names.ts'
import { isUnhealthy } from './connection-health-banner.tsx'
import { FURTHER_WORDS, type FurtherOutcome } from './further-outcome-words.ts'

/** How an action on the calendar settings ended; a word in the address of the page, so it says nothing of anybody. */
export type SettingsOutcome =
  | Exclude<ConnectOutcome, 'unusable_state' | 'lost_rights'>
  | 'approved'
  | 'refused'
  | 'saved'
  | 'saved_partly'
  | 'none_ticked'
  | 'none_read'
  | 'calendars_changed'
  | 'checked'
  | 'replaced'
  | 'narrowed'
  | 'disconnected'
  | 'access_deleted'
  | FurtherOutcome

interface OutcomeWords {
  readonly tone: 'good' | 'warn' | 'bad'
  readonly title: string
  readonly text: string
}

interface Context {
  /** What the therapist calls the provider's calendar. */
  readonly label: string
  /**
   * The label of the calendar that is connected and works at this moment: nothing said here may contradict what the page says
   * of it below.
   */
  readonly kept: string | undefined
  readonly seen: CalendarsSeen
  /** Access to an account from before is kept. */
  readonly isKept: boolean
  /** What is said of further accounts, where there are any. */
  readonly others: string | undefined
  /** Sessions are written to the account that is connected. */
  readonly writes: boolean
  readonly locale: Locale
  readonly t: Texts['settingsOutcomes']
}

type Words = (context: Context) => OutcomeWords

/** Of an account that was given up. */
const accessThere = ({ isKept, t }: Context): string => (isKept ? t.accessKept : t.accessDeleted)

/** An attempt that changed nothing. */
const notConnected = ({ label, kept, t }: Context, text: string): OutcomeWords => ({
  tone: 'warn',
  title: kept === label ? t.nothingChanged : t.notConnected(label),
  text: kept === undefined ? text : `${text} ${t.staysConnected(kept)}`,
})

export const OUTCOMES: Readonly<Record<SettingsOutcome, Words>> = {
  connected: ({ label, t }) => ({ tone: 'good', title: t.isConnected(label), text: t.connected.text }),
  reconnected: ({ label, writes, t }) => ({
    tone: 'good',
    title: t.reconnected.title(label),
    text: writes ? t.reconnected.writing(label) : t.reconnected.reading(label),
  }),
  replaced: (context) => ({
    tone: 'good',
    title: context.t.isConnected(context.label),
    text: context.t.replaced.text(accessThere(context)),
  }),
  narrowed: ({ label, isKept, t }) => ({
    tone: 'good',
    title: t.narrowed.title,
    text: isKept ? t.narrowed.kept(label) : t.narrowed.deleted(label),
  }),
  confirm: ({ label, t }) => ({ tone: 'warn', title: t.confirm.title, text: t.confirm.text(label) }),
  declined_or_admin: (context) => notConnected(context, context.t.declinedOrAdmin),
  admin_consent: (context) => notConnected(context, context.t.adminConsent),
  no_mailbox: (context) => notConnected(context, context.t.noMailbox),
  insufficient_scope: (context) => notConnected(context, context.t.insufficientScope),
  forbidden: (context) => notConnected(context, context.t.forbidden),
  unavailable: ({ label, t }) => ({ tone: 'warn', title: t.unavailable.title(label), text: t.unavailable.text }),
  misconfigured: (context) => ({ ...notConnected(context, context.t.misconfigured), tone: 'bad' }),
  not_stored: ({ t }) => ({ tone: 'bad', ...t.notStored }),
  failed: (context) => ({ ...notConnected(context, context.t.failed), tone: 'bad' }),
  approved: ({ label, kept, t }) => ({
    tone: 'good',
    title: t.approved.title,
    text: kept === label ? `${t.staysConnected(label)} ${t.approved.chooseBelow}` : t.approved.connectNow(label),
  }),
  refused: ({ label, kept, t }) => ({
    tone: 'warn',
    title: t.refused.title,
    text: kept === label ? t.staysConnected(label) : t.refused.text(label),
  }),
  saved: ({ t }) => ({ tone: 'good', ...t.saved }),
  saved_partly: (context) => ({
    tone: 'warn',
    title: context.t.savedPartly.title,
    text: `${notTicked(context)} ${context.t.savedPartly.text}`,
  }),
  calendars_changed: ({ t }) => ({ tone: 'bad', title: t.nothingSaved, text: t.calendarsChanged }),
  none_read: ({ t }) => ({ tone: 'bad', title: t.nothingSaved, text: t.noneCanBeRead }),
  checked: ({ seen: { read, unread }, locale, t }) =>
    unread.length === 0
      ? {
          tone: 'good',
          title: t.checked.all(textsOf(locale).calendarNames.calendars(read.length)),
          text: `${calendarNames(read, locale)}.`,
        }
      : {
          tone: 'warn',
          title: t.checked.some(read.length, read.length + unread.length),
          text: [
            read.length === 0 ? '' : `${t.checked.read(calendarNames(read, locale))} `,
            t.checked.unread(calendarNames(unread, locale)),
          ].join(''),
        },
  none_ticked: ({ t }) => ({ tone: 'bad', title: t.nothingSaved, text: t.noneTicked }),
  disconnected: (context) => ({
    tone: 'good',
    title: context.t.disconnected.title(context.label),
    text: context.others
      ? `${accessThere(context)} ${context.others}`
      : context.t.disconnected.text(accessThere(context)),
  }),
  access_deleted: ({ t }) => ({ tone: 'good', ...t.accessIsDeleted }),
  ...FURTHER_WORDS,
}

/** Outcomes of which a therapist concludes that clients see none of her busy hours. */
const PROMISES: ReadonlySet<SettingsOutcome> = new Set(['connected', 'reconnected', 'replaced', 'saved', 'checked'])

/** The words of an outcome, as far as they hold of what is connected now. `label`: of its provider, where one is known. */
export function outcomeWords(
  outcome: SettingsOutcome,
  label: string | undefined,
  overview: CalendarOverview,
  locale: Locale,
): OutcomeWords {
  const { settingsOutcomes: t, settingsCalendar, furtherAccounts } = textsOf(locale)
  const seen = calendarsSeen(overview.connection)
  const kept = overview.connection && !isUnhealthy(overview.health.state) ? overview.features?.label : undefined
  const isKept = overview.kept.length > 0
  const others = overview.further.length > 0 ? furtherAccounts.others : undefined
  const writes = overview.connection?.access === 'bookings'
  const context = { label: label ?? settingsCalendar.yourCalendar, kept, seen, isKept, others, writes, locale, t }
  const words = OUTCOMES[outcome](context)
  if (outcome === 'checked' && isUnhealthy(overview.health.state) && overview.health.state !== 'calendar_unread')
    return { tone: 'bad', ...t.noneRead }
  if (PROMISES.has(outcome) && seen.aside.length > 0)
    return { tone: 'warn', title: words.title, text: notTicked(context) }
  if (outcome === 'connected' && seen.left.length > 0)
    return { tone: 'warn', title: words.title, text: t.onlyTicked(seen.read.length) }
  return words
}

const notTicked = ({ seen: { aside }, locale, t }: Context): string =>
  aside.length === 0 ? '' : t.notTicked(calendarNames(aside, locale), aside.length > 1)

export const settingsOutcomeOf = (word: unknown): SettingsOutcome | undefined =>
  Object.keys(OUTCOMES).find((known): known is SettingsOutcome => known === word)

/** Whether what an outcome says still holds of the connection. */
export function agrees(outcome: SettingsOutcome, { connection, pending, health, further }: CalendarOverview): boolean {
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
    case 'already_connected':
    case 'calendars_changed':
      return connection !== undefined || further.length > 0
    case 'further_connected':
    case 'further_reconnected':
    case 'further_saved':
      return further.length > 0 && further.every((one) => !isUnhealthy(one.health.state))
    default:
      return true
  }
}
