import type { VNode } from 'preact'
import type { EventsLeft } from '../../domain/account-ending.ts'
import { Typed } from './components.tsx'
import { count } from './formatting.ts'

export type EventsChoiceWords = Readonly<Record<EventsLeft, { readonly title: string; readonly text: string }>>

/** The words for one session, or for several. */
export const theirs = (sessions: number) =>
  sessions === 1
    ? { they: 'It', them: 'it', it: 'it', stays: 'stays', is: 'is' }
    : { they: 'They', them: 'them', it: 'them', stays: 'stay', is: 'are' }

/** Where an account follows that we write to. */
export const goingAlong = (sessions: number, from: string, to: string): EventsChoiceWords => {
  const { they, them, stays, is, it } = theirs(sessions)
  return {
    leave: {
      title: `Keep ${them} in both`,
      text: `${they} ${stays} in ${from}, where we can no longer change ${it}, and ${is} written into ${to} too.`,
    },
    remove: { title: `Move ${them}`, text: `${they} ${is} written into ${to} and removed from ${from}.` },
  }
}

/** Where none follows. */
export const staying = (sessions: number, from: string): EventsChoiceWords => {
  const { they, them, stays, is, it } = theirs(sessions)
  return {
    leave: { title: `Leave ${them} there`, text: `${they} ${stays} in ${from}; we can no longer change ${it} there.` },
    remove: { title: `Remove ${them} there`, text: `${they} ${is} removed from ${from}, and ${stays} booked here.` },
  }
}

/** Part of a form: what becomes of the entries of sessions to come in a calendar that we stop writing to. */
export const EventsChoice = ({
  id,
  calendar,
  sessions,
  words,
}: {
  /** Of the fields: a page may ask twice. */
  readonly id: string
  readonly calendar: string
  readonly sessions: number
  readonly words: EventsChoiceWords
}): VNode => (
  <fieldset>
    <legend>
      Your {count(sessions, 'session')} to come {theirs(sessions).is} in <Typed text={calendar} />. What becomes of{' '}
      {theirs(sessions).them} there?
    </legend>
    {(['leave', 'remove'] as const).map((events) => (
      <div class="choice" key={events}>
        <input type="radio" id={`${id}-${events}`} name="events" value={events} checked={events === 'leave'} />
        <label for={`${id}-${events}`}>
          <b>{words[events].title}</b> <small>{words[events].text}</small>
        </label>
      </div>
    ))}
  </fieldset>
)
