import type { VNode } from 'preact'
import { MINUTE_MS } from '../../domain/durations.ts'
import type { BusyPolicy } from '../../ports/calendar-connector.ts'
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
          {calendars.map(({ id, name, isDefault, blocks, firstSeenAt }) => (
            <div class="choice" key={id}>
              <input type="checkbox" id={`calendar-${id}`} name="calendar" value={id} checked={blocks} />
              <label for={`calendar-${id}`}>
                <b>
                  <Typed text={name ?? 'A calendar'} />
                </b>{' '}
                {isDefault && connection.access === 'bookings' && (
                  <small>Sessions booked here are written to this one</small>
                )}
                {blocks && isNew(firstSeenAt, oldest) && <small>New: it counts as busy until you untick it</small>}
              </label>
            </div>
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
    </section>
  )
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
