import type { VNode } from 'preact'
import type { HealthState } from '../../domain/connection-health.ts'
import type { Locale } from '../../domain/locale.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import { textsOf } from '../texts/texts.ts'
import { calendarNames, calendarsSeen } from './calendar-names.ts'
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

export function healthWords(overview: CalendarOverview, now: Date, locale: Locale): HealthWords {
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
  if (!isUnhealthy(overview.health.state)) return null
  const { tone, text } = healthWords(overview, now, locale)
  return (
    <section class={`note ${tone}`} aria-label={t.region}>
      <p>{text}</p>
      <p>
        <a href="/settings/calendar">{t.goToSettings}</a>
      </p>
    </section>
  )
}
