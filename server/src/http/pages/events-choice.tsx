import type { VNode } from 'preact'
import type { EventsLeft } from '../../domain/account-ending.ts'
import type { Texts } from '../texts/en.ts'
import { Typed } from './components.tsx'
import { useTexts } from './page-locale.tsx'

export type EventsChoiceWords = Readonly<Record<EventsLeft, { readonly title: string; readonly text: string }>>

/** Where an account follows that we write to. */
export const goingAlong = (n: number, from: string, to: string, { goingAlong: t }: Texts['eventsChoice']) => ({
  leave: t.leave(n, from, to),
  remove: t.remove(n, from, to),
})

/** Where none follows. */
export const staying = (n: number, from: string, { staying: t }: Texts['eventsChoice']) => ({
  leave: t.leave(n, from),
  remove: t.remove(n, from),
})

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
    <legend>{useTexts().eventsChoice.legend(sessions, <Typed text={calendar} />)}</legend>
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
