import type { VNode } from 'preact'
import { MINUTE_MS } from '../../domain/durations.ts'
import type { BusyPolicy } from '../../ports/calendar-connector.ts'
import type { ConnectedCalendar, Connection } from '../../ports/connection.ts'
import { CalendarLook } from './calendar-looks.tsx'
import { Typed } from './components.tsx'
import { Hidden } from './form-fields.tsx'
import type { Member } from './layout.tsx'
import { useTexts } from './page-locale.tsx'
import type { Connected } from './settings-account.tsx'
import { WritingFields } from './settings-writing.tsx'

/** The field of each choice. */
const FIELDS: Readonly<Record<keyof BusyPolicy, string>> = {
  tentativeBlocks: 'tentative',
  workingElsewhereBlocks: 'working-elsewhere',
}

/** Whether a calendar turned up after the account was connected. */
export const isNew = (firstSeenAt: Date, oldest: Date): boolean => firstSeenAt.getTime() - oldest.getTime() > MINUTE_MS

const receives = ({ writing }: Connection, { isDefault, externalId }: ConnectedCalendar): boolean =>
  writing.writesTo === undefined ? isDefault : externalId === writing.writesTo

export const CalendarsSection = (props: Connected): VNode | null => {
  const { connection, features, overview, csrf, mayChange } = props
  const { settingsBusyCalendars: t } = useTexts()
  const { calendars } = connection
  if (calendars.length === 0) return null
  const oldest = new Date(Math.min(...calendars.map(({ firstSeenAt }) => firstSeenAt.getTime())))
  return (
    <section aria-labelledby="calendars" class="stack">
      <h2 id="calendars">{t.title}</h2>
      <form method="post" action="/settings/calendar/calendars" class="stack">
        <Hidden fields={{ _csrf: csrf, connection: connection.id }} />
        <fieldset aria-labelledby="calendars" disabled={!mayChange}>
          {calendars.map((calendar) => (
            <CalendarChoice
              key={calendar.id}
              calendar={calendar}
              written={connection.access === 'bookings' && receives(connection, calendar)}
              fresh={isNew(calendar.firstSeenAt, oldest)}
              label={features.label}
              overview={overview}
              now={props.now}
            />
          ))}
        </fieldset>
        {features.busyChoices.map((choice) => (
          <BusyChoice key={choice} choice={choice} blocks={overview.tenant.policy[choice]} disabled={!mayChange} />
        ))}
        <WritingFields {...props} />
        {mayChange ? <button type="submit">{t.save}</button> : <p class="hint">{t.onlyOwner}</p>}
      </form>
      {mayChange && (
        <form method="post" action="/settings/calendar/check" class="row">
          <Hidden fields={{ _csrf: csrf }} />
          <button type="submit" class="quiet">
            {t.checkNow}
          </button>
          <small>{t.checkNowText}</small>
        </form>
      )}
    </section>
  )
}

interface CalendarChoiceProps extends Pick<Member, 'overview' | 'now'> {
  readonly calendar: ConnectedCalendar
  /** Whether sessions are written to it. */
  readonly written: boolean
  readonly fresh: boolean
  /** As CalendarFeatures.label. */
  readonly label: string
}

export const CalendarChoice = ({ calendar, written, fresh, label, ...seen }: CalendarChoiceProps): VNode => {
  const { id, name, blocks, failure } = calendar
  const { settingsBusyCalendars: t } = useTexts()
  return (
    <div class="choice">
      <input type="checkbox" id={`calendar-${id}`} name="calendar" value={id} checked={blocks} />
      <label for={`calendar-${id}`}>
        <b>
          <Typed text={name || t.nameless} />
        </b>{' '}
        {written && <small>{t.written}</small>}
        <Whose calendar={calendar} label={label} />
        {failure !== undefined && <small class="bad">{blocks ? t.unreadTicked : t.unreadAside}</small>}
        <CalendarLook calendar={calendar} {...seen} />
        {blocks && fresh && <small>{t.fresh}</small>}
      </label>
    </div>
  )
}

const Whose = ({ calendar, label }: Pick<CalendarChoiceProps, 'calendar' | 'label'>): VNode | null => {
  const { kind, ownerName, blocks } = calendar
  const { settingsBusyCalendars: t } = useTexts()
  const unless = blocks ? '' : t.unlessTicked
  switch (kind) {
    case undefined:
      return null
    case 'hidden':
      return <small>{`${t.hidden(label)}${unless}`}</small>
    case 'foreign':
      if (ownerName === undefined) return <small>{`${t.foreign}${unless}`}</small>
      return (
        <small>
          {t.belongsTo(<Typed text={ownerName} />)}
          {unless}
        </small>
      )
  }
}

const ANSWERS = [
  { value: 'busy', blocks: true },
  { value: 'free', blocks: false },
] as const

interface BusyChoiceProps {
  readonly choice: keyof BusyPolicy
  readonly blocks: boolean
  readonly disabled: boolean
}

/** Radio buttons, because an unticked checkbox is sent as nothing, like one that was not on the page. */
const BusyChoice = ({ choice, blocks, disabled }: BusyChoiceProps): VNode => {
  const { settingsBusyCalendars: t } = useTexts()
  const field = FIELDS[choice]
  return (
    <fieldset disabled={disabled}>
      <legend>{t[choice]}</legend>
      {ANSWERS.map((answer) => (
        <div class="choice" key={answer.value}>
          <input
            type="radio"
            id={`${field}-${answer.value}`}
            name={field}
            value={answer.value}
            checked={answer.blocks === blocks}
          />
          <label for={`${field}-${answer.value}`}>{t[answer.value]}</label>
        </div>
      ))}
    </fieldset>
  )
}
