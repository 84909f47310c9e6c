import type { VNode } from 'preact'
import { MINUTE_MS } from '../../domain/durations.ts'
import type { BusyPolicy } from '../../ports/calendar-connector.ts'
import type { ConnectedCalendar } from '../../ports/connection-store.ts'
import { Typed } from './components.tsx'
import { Hidden } from './form-fields.tsx'
import type { Connected } from './settings-account.tsx'

/** The field of each choice, and the therapist's words for it. */
const BUSY_CHOICES: Readonly<Record<keyof BusyPolicy, { readonly field: string; readonly legend: string }>> = {
  tentativeBlocks: {
    field: 'tentative',
    legend: 'Appointments marked as tentative, and invitations you have not answered',
  },
  workingElsewhereBlocks: { field: 'working-elsewhere', legend: 'Time marked as working elsewhere' },
}

/** Whether a calendar turned up after the account was connected. */
const isNew = (firstSeenAt: Date, oldest: Date): boolean => firstSeenAt.getTime() - oldest.getTime() > MINUTE_MS

export const CalendarsSection = ({ connection, features, overview, csrf, mayChange }: Connected): VNode | null => {
  const { calendars } = connection
  if (calendars.length === 0) return null
  const oldest = new Date(Math.min(...calendars.map(({ firstSeenAt }) => firstSeenAt.getTime())))
  return (
    <section aria-labelledby="calendars" class="stack">
      <h2 id="calendars">Which calendars make you busy</h2>
      <form method="post" action="/settings/calendar/calendars" class="stack">
        <Hidden fields={{ _csrf: csrf, connection: connection.id }} />
        <fieldset aria-labelledby="calendars" disabled={!mayChange}>
          {calendars.map((calendar) => (
            <CalendarChoice
              key={calendar.id}
              calendar={calendar}
              written={calendar.isDefault && connection.access === 'bookings'}
              fresh={isNew(calendar.firstSeenAt, oldest)}
              label={features.label}
            />
          ))}
        </fieldset>
        {features.busyChoices.map((choice) => (
          <BusyChoice key={choice} choice={choice} blocks={overview.tenant.policy[choice]} disabled={!mayChange} />
        ))}
        {mayChange ? (
          <button type="submit">Save</button>
        ) : (
          <p class="hint">Only the owner of this practice can change this.</p>
        )}
      </form>
      {mayChange && (
        <form method="post" action="/settings/calendar/check" class="row">
          <Hidden fields={{ _csrf: csrf }} />
          <button type="submit" class="quiet">
            Check now
          </button>
          <small>Reads the ticked calendars and says which could be read.</small>
        </form>
      )}
    </section>
  )
}

interface CalendarChoiceProps {
  readonly calendar: ConnectedCalendar
  /** Whether sessions are written to it. */
  readonly written: boolean
  readonly fresh: boolean
  /** As CalendarFeatures.label. */
  readonly label: string
}

const CalendarChoice = ({ calendar, written, fresh, label }: CalendarChoiceProps): VNode => {
  const { id, name, blocks, failure } = calendar
  const unread = blocks
    ? 'Cannot be read. Untick it and save, and clients can book again'
    : 'Could not be read, so it is not ticked'
  return (
    <div class="choice">
      <input type="checkbox" id={`calendar-${id}`} name="calendar" value={id} checked={blocks} />
      <label for={`calendar-${id}`}>
        <b>
          <Typed text={name || 'A calendar'} />
        </b>{' '}
        {written && <small>Sessions booked here are written to this one</small>}
        <Whose calendar={calendar} label={label} />
        {failure !== undefined && <small class="bad">{unread}</small>}
        {blocks && fresh && <small>New: it counts as busy until you untick it</small>}
      </label>
    </div>
  )
}

const Whose = ({ calendar, label }: Pick<CalendarChoiceProps, 'calendar' | 'label'>): VNode | null => {
  const { kind, ownerName, blocks } = calendar
  const unless = blocks ? '' : ': it does not make you busy unless you tick it'
  switch (kind) {
    case undefined:
      return null
    case 'hidden':
      return <small>{`Hidden in ${label}${unless}`}</small>
    case 'foreign':
      if (ownerName === undefined) return <small>{`Not your own${unless}`}</small>
      return (
        <small>
          Belongs to <Typed text={ownerName} />
          {unless}
        </small>
      )
  }
}

const ANSWERS = [
  { value: 'busy', label: 'Count as busy', blocks: true },
  { value: 'free', label: 'Clients may book then', blocks: false },
] as const

interface BusyChoiceProps {
  readonly choice: keyof BusyPolicy
  readonly blocks: boolean
  readonly disabled: boolean
}

/** Radio buttons, because an unticked checkbox is sent as nothing, like one that was not on the page. */
const BusyChoice = ({ choice, blocks, disabled }: BusyChoiceProps): VNode => {
  const { field, legend } = BUSY_CHOICES[choice]
  return (
    <fieldset disabled={disabled}>
      <legend>{legend}</legend>
      {ANSWERS.map((answer) => (
        <div class="choice" key={answer.value}>
          <input
            type="radio"
            id={`${field}-${answer.value}`}
            name={field}
            value={answer.value}
            checked={answer.blocks === blocks}
          />
          <label for={`${field}-${answer.value}`}>{answer.label}</label>
        </div>
      ))}
    </fieldset>
  )
}
