import type { VNode } from 'preact'
import type { CalendarFeatures } from '../../ports/calendar-binding.ts'
import type { Connection } from '../../ports/connection-store.ts'
import { Facts, Typed } from './components.tsx'
import { healthWords } from './connection-health-banner.tsx'
import { EventsChoice, staying, theirs } from './events-choice.tsx'
import { Hidden } from './form-fields.tsx'
import { count, formatMoment } from './formatting.ts'
import type { Member } from './layout.tsx'
import { useLocale } from './page-locale.tsx'
import { ACCESS_WORDS, BeforeSignIn, ConnectButton, PrivacySentence } from './settings-connect.tsx'

export interface Connected extends Member {
  readonly connection: Connection
  readonly features: CalendarFeatures
  readonly mayChange: boolean
}

export const nameOf = ({ accountAddress }: Connection, { label }: CalendarFeatures): string =>
  accountAddress ?? `your ${label} account`

export const AccountSection = (props: Connected): VNode => {
  const { connection, features, overview, now, mayChange } = props
  const locale = useLocale()
  const { tone, status } = healthWords(overview, now, locale)
  const { health, tenant } = overview
  const checked = 'lastReadAt' in health ? health.lastReadAt : undefined
  return (
    <section class="card" aria-labelledby="account">
      <h2 id="account">Connected account</h2>
      <Facts
        rows={[
          ['Account', <Typed key="a" text={`${nameOf(connection, features)} (${features.label})`} />],
          [
            'State',
            <span key="s" class={`status ${tone}`}>
              {status}
            </span>,
          ],
          ['Last checked', checked === undefined ? 'Not yet' : formatMoment(checked, tenant.timeZone, now, locale)],
          ['What we may do', ACCESS_WORDS[connection.access].text],
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
  const asks = `${features.company} asks you again, then it changes.`
  const before =
    other === 'availability' && sessions > 0
      ? ` Before it does, you choose what becomes of your ${count(sessions, 'session')} in ${features.label}.`
      : ''
  return (
    <>
      <BeforeSignIn providers={[features]} />
      <div class="row">
        <ConnectButton csrf={csrf} features={features} access={other} quiet>
          {ACCESS_WORDS[other].change}
        </ConnectButton>
        <small>{`${asks}${before}`}</small>
      </div>
    </>
  )
}

/** Connecting another account or provider, and disconnecting. */
export const LeaveSection = ({ connection, features, overview, csrf }: Connected): VNode => {
  const others = overview.providers.filter(({ type }) => type !== connection.provider)
  return (
    <section aria-labelledby="leave" class="stack">
      <h2 id="leave">Change or disconnect</h2>
      <BeforeSignIn providers={[features, ...others.map((other) => other.features)]} />
      <div class="row">
        <ConnectButton csrf={csrf} features={features} access={connection.access} other quiet>
          {`Use another ${features.label} account`}
        </ConnectButton>
        {others.map(({ type, features: offered }) => (
          <ConnectButton key={type} csrf={csrf} features={offered} access={connection.access} />
        ))}
      </div>
      <details>
        <summary>{`Disconnect ${features.label}`}</summary>
        <p>{disconnectWords(connection, features, overview)}</p>
        <RemovalLinks features={features} />
        <form method="post" action="/settings/calendar/disconnect" class="stack">
          <Hidden fields={{ _csrf: csrf, connection: connection.id }} />
          {connection.access === 'bookings' && overview.standing.sessions > 0 && (
            <EventsChoice
              id="leaving"
              calendar={features.label}
              sessions={overview.standing.sessions}
              words={staying(overview.standing.sessions, features.label)}
            />
          )}
          <div>
            <button type="submit" class="bad">
              Disconnect
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
  { upcomingSessions, standing: { sessions } }: Connected['overview'],
): string {
  const without = 'Clients see your working hours without your calendar.'
  if (upcomingSessions === 0) return without
  const booked = `Your ${count(upcomingSessions, 'session')} ${theirs(upcomingSessions).stays} booked.`
  if (access === 'bookings' || sessions === 0) return `${booked} ${without}`
  return `${booked} ${sessions === 1 ? '1 entry stays' : `${sessions} entries stay`} in ${label}: we may not change anything there. ${without}`
}

export const RemovalLinks = ({ features }: { readonly features: CalendarFeatures }): VNode | null =>
  features.accessRemovalUrls.length === 0 ? null : (
    <p>
      {`Remove our access at ${features.company} too: `}
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
