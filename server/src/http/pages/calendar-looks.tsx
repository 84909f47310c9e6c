import type { VNode } from 'preact'
import { type ConnectedCalendar, type Connection, LOOK_DAYS } from '../../ports/connection.ts'
import { formatMoment } from './formatting.ts'
import type { Member } from './layout.tsx'
import { useLocale, useTexts } from './page-locale.tsx'

type Seen = Pick<Member, 'overview' | 'now'>

/** What the last look has found in all calendars that make her busy. Undefined where it did not look at each of them. */
export function useFound({ calendars }: Connection, { overview, now }: Seen): string | undefined {
  const { settingsBusyCalendars: t } = useTexts()
  const locale = useLocale()
  const looks = calendars.filter(({ blocks }) => blocks).map(({ look }) => look)
  const [first] = looks
  if (first === undefined || looks.some((look) => look?.at.getTime() !== first.at.getTime())) return undefined
  const busyTimes = looks.reduce((sum, look) => sum + (look?.busyTimes ?? 0), 0)
  return t.busyTimes(busyTimes, LOOK_DAYS, formatMoment(first.at, overview.tenant.timeZone, now, locale))
}

interface Props extends Seen {
  readonly calendar: ConnectedCalendar
}

/** What the last look has found in one calendar. Of others' calendars that are not ticked nothing is known, nor said. */
export const CalendarLook = ({ calendar, overview, now }: Props): VNode | null => {
  const { settingsBusyCalendars: t } = useTexts()
  const locale = useLocale()
  const { look, failure, blocks, kind } = calendar
  if (failure !== undefined) return null
  if (look === undefined) return blocks || kind === undefined ? <small>{t.notCounted}</small> : null
  const moment = formatMoment(look.at, overview.tenant.timeZone, now, locale)
  const isAllFree = look.isAllFree === true && look.busyTimes === 0
  return (
    <small>{isAllFree ? t.allFree(LOOK_DAYS, moment, blocks) : t.busyTimes(look.busyTimes, LOOK_DAYS, moment)}</small>
  )
}
