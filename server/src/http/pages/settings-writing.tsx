import type { VNode } from 'preact'
import { EVENT_TITLES, eventTitle } from '../../domain/event-title.ts'
import { lostReceiver, mayReceive } from '../../domain/receiving-calendar.ts'
import { useLocale, useTexts } from './page-locale.tsx'
import type { Connected } from './settings-account.tsx'

/**
 * Where sessions are written, and how: fields of the form that saves which calendars make her busy. Not while another account
 * waits to replace this one.
 */
export const WritingFields = (props: Connected): VNode | null =>
  props.connection.access === 'bookings' && props.overview.pending === undefined ? (
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
      {lost && (
        <p id="receiver-lost" class="note warn">
          {t[lost](overview.written.waiting)}
        </p>
      )}
      <select id="receiver" name="receiver" disabled={!mayChange} aria-describedby={lost && 'receiver-lost'}>
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
  const { language } = useLocale()
  const mayName = isOrganisation(props)
  return (
    <div class="field">
      <label for="event-title">
        {t.title(features.label)} <small>{mayName ? t.titleText : t.personal(features.company)}</small>
      </label>
      <select id="event-title" name="event-title" disabled={!mayChange || !mayName}>
        {EVENT_TITLES.map((shown) => (
          <option key={shown} value={shown} selected={shown === connection.writing.eventTitle}>
            {`${eventTitle(shown, { clientName: EXAMPLE, kind: t.exampleKind }, language)} (${t.sees[shown]})`}
          </option>
        ))}
      </select>
    </div>
  )
}

const Invites = (props: Connected): VNode | null => {
  const { connection, features, mayChange } = props
  const { settingsWriting: t } = useTexts()
  if (!isOrganisation(props)) return null
  return (
    <div class="field">
      <label for="invites">
        {t.invites(features.label)} <small>{t.invitesText(features.company)}</small>
      </label>
      <select id="invites" name="invites" disabled={!mayChange}>
        {(['no', 'yes'] as const).map((answer) => (
          <option key={answer} value={answer} selected={connection.writing.invites === (answer === 'yes')}>
            {t[answer]}
          </option>
        ))}
      </select>
    </div>
  )
}
