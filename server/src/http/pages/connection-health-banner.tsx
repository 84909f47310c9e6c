import type { VNode } from 'preact'
import type { HealthState } from '../../domain/connection-health.ts'
import type { Locale } from '../../domain/locale.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import { calendarNames, calendarsSeen } from './calendar-names.ts'
import { count, formatMoment } from './formatting.ts'
import { useLocale } from './page-locale.tsx'

interface HealthWords {
  readonly tone: 'ok' | 'warn' | 'bad'
  /** What the connection is, in two or three words. */
  readonly status: string
  /** What has happened and what it means; empty where nothing needs saying. */
  readonly text: string
}

interface Context {
  /** As CalendarFeatures.label. */
  readonly label: string
  /** As CalendarFeatures.company. */
  readonly company: string
  /** "9:14am". */
  readonly since: string
  /** How many are to come. */
  readonly sessions: number
  /** Calendars that make her busy and cannot be read; whether no other one does. */
  readonly unread: { readonly names: string; readonly several: boolean; readonly all: boolean }
}

const SAFE = (sessions: number): string =>
  sessions === 0 ? '' : ` Your ${count(sessions, 'session')} ${sessions === 1 ? 'is' : 'are'} safe.`

const WORDS: Readonly<Record<HealthState, (context: Context) => HealthWords>> = {
  none: () => ({
    tone: 'warn',
    status: 'Not connected',
    text: 'Clients see your working hours without your calendar.',
  }),
  ok: () => ({ tone: 'ok', status: 'Connected', text: '' }),
  read_only: ({ label }) => ({
    tone: 'ok',
    status: 'Connected, reading only',
    text: `We see when you are busy. Sessions stay here and are not written to ${label}.`,
  }),
  failing: ({ label, since }) => ({
    tone: 'warn',
    status: 'Not answering',
    text: `${label} has not answered since ${since}. We keep trying. Clients cannot book until it does.`,
  }),
  unusable: ({ label, since }) => ({
    tone: 'warn',
    status: 'Answer not understood',
    text: `${label} answers, but since ${since} with something we cannot use: an event that ends before it begins, for example. We guess at nothing, so clients cannot book until it is mended. Look in your calendar for an event that was entered wrongly. We read it again with every client.`,
  }),
  reconnect: ({ company, since, sessions }) => ({
    tone: 'bad',
    status: 'Needs reconnecting',
    text: `${company} has not let us in since ${since}. Clients cannot book.${SAFE(sessions)}`,
  }),
  admin_consent: ({ since, sessions }) => ({
    tone: 'bad',
    status: 'Needs an administrator',
    text: `Your organisation no longer lets this app in since ${since}. Clients cannot book.${SAFE(sessions)} Ask your administrator to approve it again or, where it was switched off, to switch it on.`,
  }),
  forbidden: ({ label, since, sessions }) => ({
    tone: 'bad',
    status: 'Not allowed',
    text: `${label} has not let this account share its calendar since ${since}. Clients cannot book.${SAFE(sessions)} Connect again, or use another account.`,
  }),
  calendar_unread: ({ since, sessions, unread: { names, several, all } }) => {
    const it = several ? 'them' : 'it'
    return {
      tone: 'bad',
      status: several ? 'Calendars not readable' : 'Calendar not readable',
      text: `We have not been able to read ${names} since ${since}. We guess at nothing, so clients cannot book.${SAFE(sessions)} Untick ${it}${all ? ', tick another calendar' : ''} and save: clients can book again at once, but also while you are busy in ${it}. If you leave ${it} ticked, we try again with every client.`,
    }
  },
  calendar_gone: ({ label, since }) => ({
    tone: 'bad',
    status: 'Calendar gone',
    text: `A calendar you chose has been missing from ${label} since ${since}. Clients cannot book until you connect again or choose another account.`,
  }),
  our_fault: ({ since }) => ({
    tone: 'warn',
    status: 'Broken on our side',
    text: `Since ${since} we cannot read your calendar, and clients cannot book. This is our fault, not yours. There is nothing for you to do.`,
  }),
}

export function healthWords(overview: CalendarOverview, now: Date, locale: Locale): HealthWords {
  const { health, features, tenant, upcomingSessions, connection } = overview
  const { read, unread } = calendarsSeen(connection)
  return WORDS[health.state]({
    label: features?.label ?? 'Your calendar',
    company: features?.company ?? 'Your provider',
    since: 'since' in health ? formatMoment(health.since, tenant.timeZone, now, locale) : '',
    sessions: upcomingSessions,
    unread: { names: calendarNames(unread), several: unread.length > 1, all: read.length === 0 },
  })
}

/** True when clients cannot book, or soon cannot, because of the connection. */
export const isUnhealthy = (state: HealthState): boolean => !['none', 'ok', 'read_only'].includes(state)

export const HealthBanner = ({
  overview,
  now,
}: {
  readonly overview: CalendarOverview
  readonly now: Date
}): VNode | null => {
  const locale = useLocale()
  if (!isUnhealthy(overview.health.state)) return null
  const { tone, text } = healthWords(overview, now, locale)
  return (
    <section class={`note ${tone}`} aria-label="Calendar connection">
      <p>{text}</p>
      <p>
        <a href="/settings/calendar">Go to your calendar settings</a>
      </p>
    </section>
  )
}
