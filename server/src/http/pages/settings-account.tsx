import type { VNode } from 'preact'
import type { CalendarFeatures } from '../../ports/calendar-binding.ts'
import type { Connection } from '../../ports/connection.ts'
import type { Texts } from '../texts/en.ts'
import { useFound } from './calendar-looks.tsx'
import { Facts, TypedAddress } from './components.tsx'
import { healthWords } from './connection-health-banner.tsx'
import { EventsChoice, staying } from './events-choice.tsx'
import { Hidden } from './form-fields.tsx'
import { formatMoment } from './formatting.ts'
import type { Member } from './layout.tsx'
import { useLocale, useTexts } from './page-locale.tsx'
import { BeforeSignIn, ConnectButton, PrivacySentence } from './settings-connect.tsx'
import { WrittenByUs } from './written-by-us.tsx'

export interface Connected extends Member {
  readonly connection: Connection
  readonly features: CalendarFeatures
  readonly mayChange: boolean
}

export const nameOf = ({ accountAddress }: Connection, { label }: CalendarFeatures, texts: Texts): string =>
  accountAddress ?? texts.settingsAccount.yourAccount(label)

export const AccountSection = (props: Connected): VNode => {
  const { connection, features, overview, now, mayChange } = props
  const locale = useLocale()
  const texts = useTexts()
  const { settingsAccount: t } = texts
  const { tone, status } = healthWords(overview, now, locale)
  const { health, tenant } = overview
  const found = useFound(connection, props)
  const checked = 'lastReadAt' in health ? health.lastReadAt : undefined
  return (
    <section class="card" aria-labelledby="account">
      <h2 id="account">{t.title}</h2>
      <Facts
        rows={[
          [t.account, <TypedAddress key="a" text={`${nameOf(connection, features, texts)} (${features.label})`} />],
          [
            t.state,
            <span key="s" class={`status ${tone}`}>
              {status}
            </span>,
          ],
          [t.lastChecked, checked === undefined ? t.notYet : formatMoment(checked, tenant.timeZone, now, locale)],
          found === undefined ? undefined : [texts.settingsBusyCalendars.looked, found],
          ...(connection.access === 'bookings'
            ? [
                [
                  texts.settingsWriting.writtenByUs,
                  <WrittenByUs key="w" connection={connection} written={overview.written} />,
                ] as const,
              ]
            : []),
          [t.whatWeMayDo, texts.settingsConnect.access[connection.access].text],
        ]}
      />
      {mayChange && (
        <>
          <AccessChange {...props} />
          <PrivacySentence companies={[features.company]} />
        </>
      )}
    </section>
  )
}

const AccessChange = ({ connection, features, csrf, overview }: Connected): VNode => {
  const other = connection.access === 'availability' ? 'bookings' : 'availability'
  const { sessions } = overview.standing
  const { settingsAccount: t, settingsConnect } = useTexts()
  const before = other === 'availability' && sessions > 0 ? ` ${t.choosesBefore(sessions, features.label)}` : ''
  return (
    <>
      <BeforeSignIn providers={[features]} />
      <div class="row">
        <ConnectButton csrf={csrf} features={features} access={other} quiet>
          {settingsConnect.access[other].change}
        </ConnectButton>
        <small>{`${t.asksAgain(features.company)}${before}`}</small>
      </div>
    </>
  )
}

/** Connecting another account or provider, and disconnecting. */
export const LeaveSection = ({ connection, features, overview, csrf }: Connected): VNode => {
  const texts = useTexts()
  const { settingsAccount: t, eventsChoice } = texts
  const { sessions } = overview.standing
  const others = overview.providers.filter(({ type }) => type !== connection.provider)
  return (
    <section aria-labelledby="leave" class="stack">
      <h2 id="leave">{t.leave}</h2>
      <BeforeSignIn providers={[features, ...others.map((other) => other.features)]} />
      <div class="row">
        <ConnectButton csrf={csrf} features={features} access={connection.access} other quiet>
          {t.useAnother(features.label)}
        </ConnectButton>
        {others.map(({ type, features: offered }) => (
          <ConnectButton key={type} csrf={csrf} features={offered} access={connection.access} />
        ))}
      </div>
      <details>
        <summary>{t.disconnectFrom(features.label)}</summary>
        <p>{disconnectWords(connection, features, overview, texts)}</p>
        <RemovalLinks features={features} />
        <form method="post" action="/settings/calendar/disconnect" class="stack">
          <Hidden fields={{ _csrf: csrf, connection: connection.id }} />
          {connection.access === 'bookings' && sessions > 0 && (
            <EventsChoice
              id="leaving"
              calendar={features.label}
              sessions={sessions}
              words={staying(sessions, features.label, eventsChoice)}
            />
          )}
          <div>
            <button type="submit" class="bad">
              {t.disconnect}
            </button>
          </div>
        </form>
      </details>
    </section>
  )
}

function disconnectWords(
  { access }: Connection,
  { label }: CalendarFeatures,
  { upcomingSessions, standing: { sessions }, further }: Connected['overview'],
  { settingsAccount: t, furtherAccounts }: Texts,
): string {
  const without = further.length === 0 ? t.without : furtherAccounts.others
  if (upcomingSessions === 0) return without
  const booked = t.stayBooked(upcomingSessions)
  if (access === 'bookings' || sessions === 0) return `${booked} ${without}`
  return `${booked} ${t.entriesStay(sessions, label)} ${without}`
}

export const RemovalLinks = ({ features }: { readonly features: CalendarFeatures }): VNode | null => {
  const { settingsAccount: t } = useTexts()
  return features.accessRemovalUrls.length === 0 ? null : (
    <p>
      {t.removeAccess(features.company)}
      {features.accessRemovalUrls.map(({ label, url }, index) => (
        <span key={url}>
          {index > 0 && ', '}
          <a href={url} rel="noreferrer">
            {label}
          </a>
        </span>
      ))}
    </p>
  )
}
