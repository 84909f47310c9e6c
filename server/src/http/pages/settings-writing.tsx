import type { VNode } from 'preact'
import { EVENT_TITLES, eventTitle } from '../../domain/event-title.ts'
import { lostReceiver, mayReceive } from '../../domain/receiving-calendar.ts'
import { useTexts } from './page-locale.tsx'
import type { Connected } from './settings-account.tsx'

/** Where sessions are written, and how: fields of the form that saves which calendars make her busy. */
export const WritingFields = (props: Connected): VNode | null =>
  props.connection.access === 'bookings' ? (
    <>
      <Receiver {...props} />
      <EventTitles {...props} />
      <Invites {...props} />
    </>
  ) : null

const Receiver = ({ connection, overview, mayChange }: Connected): VNode => {
  const { settingsWriting: t } = useTexts()
  const { writing, calendars } = connection
  const lost = lostReceiver(writing.writesTo, calendars)
  const isChosen = ({ externalId, isDefault }: (typeof calendars)[number]) =>
    writing.writesTo === undefined ? isDefault : externalId === writing.writesTo
  return (
    <div class="field">
      <label for="receiver">{t.receiver}</label>
      <small id="receiver-text">{t.receiverText}</small>
      {lost && (
        <p id="receiver-lost" class="note warn">
          {t[lost](overview.written.waiting)}
        </p>
      )}
      <select
        id="receiver"
        name="receiver"
        disabled={!mayChange}
        aria-describedby={lost ? 'receiver-text receiver-lost' : 'receiver-text'}
      >
        {lost && (
          <option value="" disabled selected>
            {t.chooseOne}
          </option>
        )}
        {calendars.filter(mayReceive).map((calendar) => (
          <option key={calendar.id} value={calendar.id} selected={lost === undefined && isChosen(calendar)}>
            {calendar.name || t.nameless}
          </option>
        ))}
      </select>
    </div>
  )
}

/** Of somebody who does not exist. */
const EXAMPLE = 'Mo Okafor'

const isOrganisation = ({ connection }: Pick<Connected, 'connection'>): boolean =>
  connection.writing.accountKind === 'organisation'

const EventTitles = (props: Connected): VNode => {
  const { connection, features, mayChange } = props
  const { settingsWriting: t } = useTexts()
  const mayName = isOrganisation(props)
  return (
    <fieldset disabled={!mayChange || !mayName} aria-describedby="event-title-text">
      <legend>{t.title(features.label)}</legend>
      <small id="event-title-text">{mayName ? t.titleText : t.personal(features.company)}</small>
      {EVENT_TITLES.map((shown) => (
        <div class="choice" key={shown}>
          <input
            type="radio"
            id={`event-title-${shown}`}
            name="event-title"
            value={shown}
            checked={shown === connection.writing.eventTitle}
          />
          <label for={`event-title-${shown}`}>
            <b>{eventTitle(shown, { clientName: EXAMPLE, kind: t.exampleKind })}</b> <small>{t.sees[shown]}</small>
          </label>
        </div>
      ))}
    </fieldset>
  )
}

const Invites = (props: Connected): VNode | null => {
  const { connection, features, mayChange } = props
  const { settingsWriting: t } = useTexts()
  if (!isOrganisation(props)) return null
  return (
    <fieldset disabled={!mayChange} aria-describedby="invites-text">
      <legend>{t.invites(features.label)}</legend>
      <small id="invites-text">{t.invitesText(features.company)}</small>
      {(['no', 'yes'] as const).map((answer) => (
        <div class="choice" key={answer}>
          <input
            type="radio"
            id={`invites-${answer}`}
            name="invites"
            value={answer}
            checked={connection.writing.invites === (answer === 'yes')}
          />
          <label for={`invites-${answer}`}>{t[answer]}</label>
        </div>
      ))}
    </fieldset>
  )
}
