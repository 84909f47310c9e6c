import type { VNode } from 'preact'
import { waitsForPeople } from '../../domain/connection-health.ts'
import type { FurtherAccount } from '../../services/connect-calendar.ts'
import { useFound } from './calendar-looks.tsx'
import { Back, Facts, Typed, TypedAddress } from './components.tsx'
import { furtherHealthWords, isUnhealthy } from './connection-health-banner.tsx'
import { Hidden } from './form-fields.tsx'
import { formatMoment } from './formatting.ts'
import { type Member, MemberDocument } from './layout.tsx'
import { pageOf, useLocale, useTexts } from './page-locale.tsx'
import { nameOf, RemovalLinks } from './settings-account.tsx'
import { CalendarChoice, isNew } from './settings-busy-calendars.tsx'
import { AskAdministrator, BeforeSignIn, ConnectButton } from './settings-connect.tsx'

export interface FurtherAccountProps extends Member {
  readonly account: FurtherAccount
  /** Only owners connect, choose and disconnect. */
  readonly mayChange: boolean
}

const FurtherAccountPage = (props: FurtherAccountProps): VNode => {
  const { account, overview, now, mayChange } = props
  const locale = useLocale()
  const texts = useTexts()
  const { furtherAccounts: t, settingsAccount } = texts
  const { connection, features, health } = account
  const { id } = connection
  const { tone, status, text } = furtherHealthWords(account, overview, now, locale)
  const found = useFound(connection, props)
  const checked = 'lastReadAt' in health ? health.lastReadAt : undefined
  const moment =
    checked === undefined ? settingsAccount.notYet : formatMoment(checked, overview.tenant.timeZone, now, locale)
  return (
    <MemberDocument title={t.title} current="calendar" member={props} banner={false}>
      <Back href="/settings/calendar">{t.back}</Back>
      <h1>
        <TypedAddress text={accountName(account, texts)} />
      </h1>
      <Facts
        rows={[
          [
            settingsAccount.state,
            <span key="s" class={`status ${tone}`}>
              {isUnhealthy(health.state) ? status : t.ok}
            </span>,
          ],
          [settingsAccount.lastChecked, moment],
          found === undefined ? undefined : [texts.settingsBusyCalendars.looked, found],
          [settingsAccount.whatWeMayDo, t.reads],
        ]}
      />
      {isUnhealthy(health.state) && <p>{text}</p>}
      {mayChange && features && <Mend {...props} />}
      {features && <Calendars {...props} />}
      {mayChange && (
        <details>
          <summary>
            <span>{t.disconnect(<Typed text={accountName(account, texts)} />)}</span>
          </summary>
          <p>{t.afterDisconnecting}</p>
          {features && <RemovalLinks features={features} />}
          <form method="post" action="/settings/calendar/disconnect" class="row">
            <Hidden fields={{ _csrf: props.csrf, connection: id }} />
            <button type="submit" class="bad">
              {settingsAccount.disconnect}
            </button>
          </form>
        </details>
      )}
    </MemberDocument>
  )
}

/** One account whose calendars only block: how it fares, and what can be changed of it. */
export const furtherAccountPage = pageOf(FurtherAccountPage)

export const accountPath = ({ connection: { id } }: FurtherAccount) => `/settings/calendar/account/${id}` as const

export const accountName = ({ connection, features }: FurtherAccount, texts: ReturnType<typeof useTexts>): string => {
  const label = features?.label ?? texts.connectionHealth.yourCalendar
  return `${connection.accountAddress ?? texts.settingsAccount.yourAccount(label)} (${label})`
}

/** What the therapist has to do, if anything; one action. */
const Mend = ({ account: { connection, features, health }, csrf }: FurtherAccountProps): VNode | null => {
  const texts = useTexts()
  if (features === undefined) return null
  if (health.state === 'admin_consent')
    return (
      <p>
        <AskAdministrator features={features} access="availability" />
      </p>
    )
  if (!waitsForPeople(health.state) && health.state !== 'forbidden' && health.state !== 'calendar_gone') return null
  return (
    <>
      <BeforeSignIn providers={[features]} />
      <ConnectButton csrf={csrf} features={features} access="availability" connection={connection.id}>
        {texts.settingsCalendar.reconnect(<Typed text={nameOf(connection, features, texts)} />)}
      </ConnectButton>
    </>
  )
}

const Calendars = ({ account, csrf, mayChange, overview, now }: FurtherAccountProps): VNode | null => {
  const texts = useTexts()
  const { furtherAccounts: t, settingsBusyCalendars } = texts
  const { connection, features } = account
  const { id, calendars } = connection
  if (features === undefined || calendars.length === 0) return null
  const oldest = new Date(Math.min(...calendars.map(({ firstSeenAt }) => firstSeenAt.getTime())))
  return (
    <>
      <form method="post" action="/settings/calendar/calendars" class="stack">
        <Hidden fields={{ _csrf: csrf, connection: id }} />
        <fieldset disabled={!mayChange}>
          <legend>{t.whichCalendars(<Typed text={nameOf(connection, features, texts)} />)}</legend>
          {calendars.map((calendar) => (
            <CalendarChoice
              key={calendar.id}
              calendar={calendar}
              written={false}
              fresh={isNew(calendar.firstSeenAt, oldest)}
              label={features.label}
              overview={overview}
              now={now}
            />
          ))}
        </fieldset>
        {mayChange && (
          <div>
            <button type="submit">{settingsBusyCalendars.save}</button>
          </div>
        )}
      </form>
      {mayChange && (
        <form method="post" action="/settings/calendar/check" class="row">
          <Hidden fields={{ _csrf: csrf, connection: id }} />
          <button type="submit" class="quiet">
            {settingsBusyCalendars.checkNow}
          </button>
          <small>{settingsBusyCalendars.checkNowText}</small>
        </form>
      )}
    </>
  )
}
