import type { VNode } from 'preact'
import { waitsForPeople } from '../../domain/connection-health.ts'
import { MAX_FURTHER_ACCOUNTS } from '../../ports/connection-store.ts'
import type { FurtherAccount } from '../../services/connect-calendar.ts'
import { ONE_MORE } from '../../services/oauth-flow.ts'
import { Facts, Typed } from './components.tsx'
import { furtherHealthWords, isUnhealthy } from './connection-health-banner.tsx'
import { Hidden } from './form-fields.tsx'
import { formatMoment } from './formatting.ts'
import type { Member } from './layout.tsx'
import { useLocale, useTexts } from './page-locale.tsx'
import { nameOf, RemovalLinks } from './settings-account.tsx'
import { CalendarChoice, isNew } from './settings-busy-calendars.tsx'
import { AskAdministrator, administratorPath, BeforeSignIn, ConnectButton } from './settings-connect.tsx'

interface Props extends Member {
  readonly mayChange: boolean
}

interface One extends Props {
  readonly account: FurtherAccount
}

/** Accounts whose calendars only block, and adding one. */
export const FurtherAccounts = (props: Props): VNode | null => {
  const { furtherAccounts: t } = useTexts()
  const { connection, further } = props.overview
  const isOffered = props.mayChange && connection !== undefined
  if (further.length === 0 && !isOffered) return null
  return (
    <>
      <section aria-labelledby="further" class="stack">
        <h2 id="further">{t.title}</h2>
        <p>{connection === undefined ? t.noneReceives : t.text}</p>
        {isOffered && <Add {...props} />}
      </section>
      {further.map((account) => (
        <Account key={account.connection.id} {...props} account={account} />
      ))}
    </>
  )
}

const Account = (props: One): VNode => {
  const { account, overview, now, mayChange } = props
  const locale = useLocale()
  const texts = useTexts()
  const { furtherAccounts: t, settingsAccount } = texts
  const { connection, features, health } = account
  const { id } = connection
  const { tone, status, text } = furtherHealthWords(account, overview, now, locale)
  const checked = 'lastReadAt' in health ? health.lastReadAt : undefined
  const moment =
    checked === undefined ? settingsAccount.notYet : formatMoment(checked, overview.tenant.timeZone, now, locale)
  return (
    <section class="card stack" aria-labelledby={`account-${id}`}>
      <h2 id={`account-${id}`}>
        <Typed text={accountName(account, texts)} />
      </h2>
      <Facts
        rows={[
          [
            settingsAccount.state,
            <span key="s" class={`status ${tone}`}>
              {isUnhealthy(health.state) ? status : t.ok}
            </span>,
          ],
          [settingsAccount.lastChecked, moment],
          [settingsAccount.whatWeMayDo, t.reads],
        ]}
      />
      {isUnhealthy(health.state) && <p>{text}</p>}
      {mayChange && features && <Mend {...props} />}
      {features && <Calendars {...props} />}
      {mayChange && (
        <details>
          <summary>{t.disconnect(<Typed text={accountName(account, texts)} />)}</summary>
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
    </section>
  )
}

const accountName = ({ connection, features }: FurtherAccount, texts: ReturnType<typeof useTexts>): string => {
  const label = features?.label ?? texts.connectionHealth.yourCalendar
  return `${connection.accountAddress ?? texts.settingsAccount.yourAccount(label)} (${label})`
}

/** What the therapist has to do, if anything; one action. */
const Mend = ({ account: { connection, features, health }, csrf }: One): VNode | null => {
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

const Calendars = ({ account, csrf, mayChange }: One): VNode | null => {
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

const Add = ({ overview: { further, providers }, csrf }: Props): VNode => {
  const { furtherAccounts: t } = useTexts()
  if (further.length >= MAX_FURTHER_ACCOUNTS) return <p class="hint">{t.full}</p>
  return (
    <>
      <p>{t.add}</p>
      <BeforeSignIn providers={providers.map(({ features }) => features)} />
      <div class="row">
        {providers.map(({ type, features }) => (
          <ConnectButton key={type} csrf={csrf} features={features} access="availability" connection={ONE_MORE} />
        ))}
      </div>
      <p class="hint">
        {t.approveFirst}
        {providers.map(({ features }, index) => (
          <span key={features.slug}>
            {index > 0 && ', '}
            <a href={administratorPath(features, 'availability')}>{t.whatToSend(features.label)}</a>
          </span>
        ))}
        .
      </p>
    </>
  )
}
