import type { VNode } from 'preact'
import type { WrittenEvents } from '../../ports/booking-store.ts'
import type { Connection } from '../../ports/connection.ts'
import { Typed } from './components.tsx'
import { useTexts } from './page-locale.tsx'

interface Props {
  readonly connection: Connection
  readonly written: WrittenEvents
}

/** How many sessions to come stand in which calendar, and how many are still to be written. */
export const WrittenByUs = ({ connection, written }: Props): VNode => {
  const { settingsWriting: t } = useTexts()
  const { calendars, waiting } = written
  const nameOf = (calendarId: string | undefined) => {
    const found = connection.calendars.find(({ externalId, isDefault }) =>
      calendarId === undefined ? isDefault : externalId === calendarId,
    )
    return <Typed text={found === undefined ? t.goneCalendar : found.name || t.nameless} />
  }
  const [first, ...others] = calendars
  return (
    <>
      {first === undefined && t.none}
      {first !== undefined && others.length === 0 && t.allIn(first.sessions, nameOf(first.calendarId))}
      {others.length > 0 &&
        calendars.map(({ calendarId, sessions }) => (
          <span key={calendarId ?? ''}>{t.someIn(sessions, nameOf(calendarId))}</span>
        ))}
      {t.waiting(waiting)}
    </>
  )
}
