import type { VNode } from 'preact'
import type { HealthState } from '../../domain/connection-health.ts'
import type { Locale } from '../../domain/locale.ts'
import type { CalendarOverview, FurtherAccount } from '../../services/connect-calendar.ts'
import { textsOf } from '../texts/texts.ts'
import { calendarNames, calendarsSeen, isolated } from './calendar-names.ts'
import { formatMoment } from './formatting.ts'
import { useLocale } from './page-locale.tsx'

const TONES = {
  none: 'warn',
  ok: 'ok',
  read_only: 'ok',
  failing: 'warn',
  unusable: 'warn',
  reconnect: 'bad',
  admin_consent: 'bad',
  forbidden: 'bad',
  calendar_unread: 'bad',
  calendar_gone: 'bad',
  our_fault: 'warn',
} as const satisfies Readonly<Record<HealthState, string>>

interface HealthWords {
  readonly tone: 'ok' | 'warn' | 'bad'
  readonly status: string
  /** Empty where nothing needs saying. */
  readonly text: string
}

type OneAccount = Pick<CalendarOverview, 'health' | 'features' | 'tenant' | 'upcomingSessions' | 'connection'>

/** Names the account, because others are connected, too. */
export function furtherHealthWords(
  { connection, features, health }: FurtherAccount,
  { tenant, upcomingSessions }: CalendarOverview,
  now: Date,
  locale: Locale,
): HealthWords {
  const { accountAddress } = connection
  const named = (name: string): string =>
    accountAddress === undefined ? name : `${name} (${isolated(accountAddress)})`
  const known = features && { ...features, label: named(features.label), company: named(features.company) }
  return healthWords({ connection, health, features: known, tenant, upcomingSessions }, now, locale)
}

export function healthWords(overview: OneAccount, now: Date, locale: Locale): HealthWords {
  const { connectionHealth: t } = textsOf(locale)
  const { health, features, tenant, upcomingSessions, connection } = overview
  const { read, unread } = calendarsSeen(connection)
  const { state } = health
  const several = unread.length > 1
  const text = t.states[state].text({
    label: features?.label ?? t.yourCalendar,
    company: features?.company ?? t.yourProvider,
    since: 'since' in health ? formatMoment(health.since, tenant.timeZone, now, locale) : '',
    sessions: upcomingSessions,
    unread: { names: calendarNames(unread, locale), several, all: read.length === 0 },
  })
  const status = state === 'calendar_unread' && several ? t.severalUnread : t.states[state].status
  return { tone: TONES[state], status, text }
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
  const { connectionHealth: t } = textsOf(locale)
  const sick = overview.further.filter(({ health }) => isUnhealthy(health.state))
  const all = [
    ...(isUnhealthy(overview.health.state) ? [healthWords(overview, now, locale)] : []),
    ...sick.map((account) => furtherHealthWords(account, overview, now, locale)),
  ]
  if (all.length === 0) return null
  return (
    <section class={`note ${all.some(({ tone }) => tone === 'bad') ? 'bad' : 'warn'}`} aria-label={t.region}>
      {all.map(({ text }) => (
        <p key={text}>{text}</p>
      ))}
      <p>
        <a href="/settings/calendar">{t.goToSettings}</a>
      </p>
    </section>
  )
}
