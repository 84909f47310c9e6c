import type { VNode } from 'preact'
import type { Locale } from '../../domain/locale.ts'
import type { ExplainedDay, Stretch } from '../../domain/slot-reasons.ts'
import { isBefore, wallClockOf } from '../../domain/zoned-time.ts'
import type { Service, Tenant } from '../../ports/tenant-store.ts'
import type { Explained } from '../../services/explain-slots.ts'
import { lastBookableDay } from '../../services/find-times.ts'
import type { Texts } from '../texts/en.ts'
import { isolated } from './calendar-names.ts'
import { formatClock, formatDayFrom, formatShortDay, listed } from './formatting.ts'
import type { Member } from './layout.tsx'
import { useLocale, useTexts } from './page-locale.tsx'

interface Week extends Pick<Member, 'overview' | 'now'> {
  readonly service: Service
  readonly explanation: Explained
}

/** A list a day of what clients see in it, and why. Days without a single bookable hour are said in a sentence below. */
export const WeekOfReasons = ({ overview, service, explanation, now }: Week): VNode => {
  const { whatClientsSee: t } = useTexts()
  const locale = useLocale()
  const { tenant } = overview
  const { days, calendars } = explanation
  const { timeZone } = tenant
  const whole = (is: 'closed' | 'beyond_horizon' | 'past') =>
    days.filter(({ stretches }) => stretches.length > 0 && stretches.every((stretch) => stretch.is === is))
  const [closed, later, past] = [whole('closed'), whole('beyond_horizon'), whole('past')]
  const apart = new Set([...closed, ...later, ...past])
  const open = days.filter((day) => !apart.has(day) && day.stretches.length > 0)
  const lastDay = lastBookableDay(tenant, timeZone, now)
  const last = formatDayFrom(lastDay, timeZone, now, locale)
  const names = (some: readonly ExplainedDay[]): string =>
    listed(
      some.map(({ day }) => formatShortDay(day, locale)),
      locale,
    )
  const words = { t, tenant, service, locale, calendars }
  const isBeyond = days.length > 0 && days.every(({ day }) => isBefore(lastDay, day))
  if (isBeyond) return <p>{t.beyond(last)}</p>
  if (past.length === days.length) return <p>{t.over}</p>
  return (
    <>
      {open.length > 0 && (
        <div class="week">
          {open.map(({ day, stretches }) => (
            <section key={day} aria-labelledby={`day-${day}`}>
              <h2 id={`day-${day}`}>{formatShortDay(day, locale)}</h2>
              <ul class="stretches">
                {shown(stretches).map((stretch) => (
                  <li key={stretch.start.getTime()} class={classOf(stretch)}>
                    <b>{rangeOf(stretch, words)}</b> <span>{reasonOf(stretch, words)}</span>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      )}
      {closed.length > 0 && closed.length < days.length && <p class="hint">{t.closedDays(names(closed))}</p>}
      {later.length > 0 && <p class="hint">{t.laterDays(names(later))}</p>}
    </>
  )
}

/** Without what lies before the first and after the last working hours: the line of rules says them. */
function shown(stretches: readonly Stretch[]): readonly Stretch[] {
  const isInside = ({ is }: Stretch): boolean => is !== 'outside_hours'
  const first = stretches.findIndex(isInside)
  return first < 0 ? stretches : stretches.slice(first, stretches.findLastIndex(isInside) + 1)
}

/** How it looks; the words say it, too. */
function classOf(stretch: Stretch): string {
  switch (stretch.is) {
    case 'free':
      return 'free'
    case 'session':
    case 'buffer':
      return 'own'
    case 'calendar':
      return stretch.kind === 'tentative' || stretch.kind === 'elsewhere' ? 'perhaps' : 'busy'
    default:
      return 'none'
  }
}

interface Words {
  readonly t: Texts['whatClientsSee']
  readonly tenant: Tenant
  readonly service: Service
  readonly locale: Locale
  readonly calendars: Explained['calendars']
}

const rangeOf = ({ start, end }: Stretch, { t, tenant: { timeZone }, locale }: Words): string => {
  const [from, to] = [start, end].map((instant) => formatClock(wallClockOf(instant, timeZone), locale))
  return t.range(from ?? '', to ?? '')
}

function reasonOf(stretch: Stretch, { t, tenant, service, locale, calendars }: Words): string {
  switch (stretch.is) {
    case 'free':
      return t.free(stretch.starts.length)
    case 'calendar': {
      const found = stretch.calendarIds.map((id) => calendars.get(id)).filter((calendar) => calendar !== undefined)
      const names = found.map(({ name }) => (name ? t.quoted(isolated(name)) : t.nameless))
      return t.calendar(stretch.kind, names.length === 0 ? t.yours : listed(names, locale))
    }
    case 'session':
      return t.session
    case 'buffer':
      return t.buffer
    case 'notice':
      return t.tooSoon(tenant.minimumNoticeMinutes)
    case 'short':
      return t.short(service.durationMinutes)
    case 'off_grid':
      return t.offGrid(tenant.slotGridMinutes)
    case 'past':
      return t.past
    case 'closed':
    case 'outside_hours':
    case 'beyond_horizon':
      return t.outsideHours
  }
}
