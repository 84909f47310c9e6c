import type { VNode } from 'preact'
import type { HealthState } from '../../domain/connection-health.ts'
import type { CalendarFeatures } from '../../ports/calendar-binding.ts'
import type { CalendarAccess } from '../../ports/calendar-connector.ts'
import { ONE_MORE } from '../../services/oauth-flow.ts'
import { Note, Typed } from './components.tsx'
import { healthWords, isUnhealthy } from './connection-health-banner.tsx'
import { KeptAccounts } from './kept-accounts.tsx'
import { type Member, MemberDocument } from './layout.tsx'
import { NoticingSection } from './noticing.tsx'
import { OfferingNote } from './offering-note.tsx'
import { pageOf, useLocale, useTexts } from './page-locale.tsx'
import { PendingAccount } from './replace-account.tsx'
import { AccountSection, type Connected, LeaveSection, nameOf, RemovalLinks } from './settings-account.tsx'
import { CalendarsSection } from './settings-busy-calendars.tsx'
import {
  AskAdministrator,
  AskAdministratorFirst,
  BeforeSignIn,
  ConnectButton,
  ConnectForm,
} from './settings-connect.tsx'
import { FurtherAccounts } from './settings-further-accounts.tsx'
import { outcomeWords, type SettingsOutcome } from './settings-outcome-words.ts'
import { WhatClientsSeeLink } from './what-clients-see-link.tsx'

export interface SettingsCalendarPage extends Member {
  readonly outcome: SettingsOutcome | undefined
  /** What was asked for last, if anything was lately; `other`: to sign in with another account than the connected one. */
  readonly asked?: { readonly access: CalendarAccess; readonly other: boolean; readonly oneMore?: boolean } | undefined
  /** The provider the outcome is about, where it is not the connected one. */
  readonly tried: CalendarFeatures | undefined
  /** Only owners connect, choose and disconnect. */
  readonly mayChange: boolean
}

const SettingsCalendarPage = (props: SettingsCalendarPage): VNode => {
  const { settingsCalendar: t } = useTexts()
  const { overview, mayChange, csrf } = props
  const { connection, features } = overview
  const chosen = props.asked?.access ?? 'availability'
  const connected: Connected | undefined = connection && features && { ...props, connection, features }
  return (
    <MemberDocument
      title={t.title}
      current="calendar"
      member={props}
      banner={false}
      wrong={props.outcome === 'none_ticked' || props.outcome === 'calendars_changed'}
    >
      <Outcome {...props} />
      {mayChange && <PendingAccount overview={overview} csrf={csrf} isNew={props.outcome === 'confirm'} />}
      <KeptAccounts {...props} />
      <h1>{t.heading}</h1>
      <p>
        <a href={`/book/${encodeURIComponent(overview.tenant.slug)}`}>{t.bookingPage}</a>
      </p>
      <p>
        <WhatClientsSeeLink />
      </p>
      <OfferingNote overview={overview} />
      {connected && <Action {...connected} />}
      {connection && !features && <NotServed {...props} />}
      {connected ? (
        <>
          <AccountSection {...connected} />
          <CalendarsSection {...connected} />
          {connected.connection.access === 'bookings' && <NoticingSection label={connected.features.label} />}
          {mayChange && <LeaveSection {...connected} />}
        </>
      ) : (
        <section aria-labelledby="connect" class="stack">
          <h2 id="connect">{t.connect}</h2>
          <p>{t.connectText}</p>
          {mayChange ? (
            <>
              <ConnectForm csrf={csrf} providers={overview.providers} chosen={chosen} />
              <AskAdministratorFirst providers={overview.providers} chosen={chosen} />
            </>
          ) : (
            <p class="hint">{t.onlyOwner}</p>
          )}
        </section>
      )}
      <FurtherAccounts {...props} />
    </MemberDocument>
  )
}

/** First what needs doing, then the account, then what can be changed. */
export const settingsCalendarPage = pageOf(SettingsCalendarPage)

const ASKS_ADMINISTRATOR: ReadonlySet<SettingsOutcome> = new Set(['declined_or_admin', 'admin_consent'])
/** Outcomes after which the same may succeed at once. */
const MAY_SUCCEED: ReadonlySet<SettingsOutcome> = new Set([
  ...ASKS_ADMINISTRATOR,
  'insufficient_scope',
  'unavailable',
  'not_stored',
  'failed',
])

/** What she asks herself next is what clients see now. */
const CHANGES_WHAT_CLIENTS_SEE: ReadonlySet<SettingsOutcome> = new Set([
  'connected',
  'reconnected',
  'replaced',
  'saved',
])

const Outcome = ({ outcome, asked, overview, tried, csrf, mayChange }: SettingsCalendarPage): VNode | null => {
  const locale = useLocale()
  const { settingsCalendar: t } = useTexts()
  if (outcome === undefined || (outcome === 'confirm' && overview.pending !== undefined && mayChange)) return null
  const features = tried ?? overview.pending?.features ?? overview.features
  const { tone, title, text } = outcomeWords(outcome, features?.label, overview, locale)
  const access = asked?.access ?? overview.connection?.access ?? 'availability'
  return (
    <Note tone={tone} title={title}>
      <p>{text}</p>
      {features && mayChange && MAY_SUCCEED.has(outcome) && (
        <>
          <BeforeSignIn providers={[features]} />
          <div class="row">
            <ConnectButton
              csrf={csrf}
              features={features}
              access={access}
              other={asked?.other ?? false}
              connection={asked?.oneMore ? ONE_MORE : undefined}
            >
              {t.tryAgain}
            </ConnectButton>
            {ASKS_ADMINISTRATOR.has(outcome) && <AskAdministrator features={features} />}
          </div>
        </>
      )}
      {outcome === 'disconnected' && tried && <RemovalLinks features={tried} />}
      {CHANGES_WHAT_CLIENTS_SEE.has(outcome) && (
        <p>
          <WhatClientsSeeLink prominent />
        </p>
      )}
    </Note>
  )
}

/** This installation has lost its registration with the provider of the account that is connected. */
const NotServed = ({ overview, now }: SettingsCalendarPage): VNode => {
  const { tone, status, text } = healthWords(overview, now, useLocale())
  return (
    <section class={`note ${tone}`} aria-labelledby="action">
      <h2 id="action">{status}</h2>
      <p>{text}</p>
    </section>
  )
}

/** States in which the provider's own sentence is shown beside ours, because it says more. */
const NEEDS_MORE: ReadonlySet<HealthState> = new Set(['forbidden', 'calendar_gone'])

/** What the therapist has to do, if anything; exactly one action. */
const Action = (props: Connected): VNode | null => {
  const locale = useLocale()
  const texts = useTexts()
  const { settingsCalendar: t } = texts
  const { overview, connection, features, now, csrf, mayChange } = props
  const { state } = overview.health
  if (!isUnhealthy(state)) return null
  const { tone, status, text } = healthWords(overview, now, locale)
  const { failure } = connection.evidence
  const more = failure !== undefined && NEEDS_MORE.has(state) ? features.sentences[failure] : undefined
  const reconnects = state === 'reconnect' || state === 'forbidden' || state === 'calendar_gone'
  return (
    <section class={`note ${tone}`} aria-labelledby="action">
      <h2 id="action">{status}</h2>
      <p>{text}</p>
      {more && <p>{more}</p>}
      {!mayChange && <p>{t.askOwner}</p>}
      {mayChange && reconnects && (
        <>
          <BeforeSignIn providers={[features]} />
          <ConnectButton csrf={csrf} features={features} access={connection.access}>
            {t.reconnect(<Typed text={nameOf(connection, features, texts)} />)}
          </ConnectButton>
        </>
      )}
      {mayChange && state === 'admin_consent' && (
        <p>
          <AskAdministrator features={features} />
        </p>
      )}
    </section>
  )
}
