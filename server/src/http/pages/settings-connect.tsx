import type { ComponentChildren, VNode } from 'preact'
import type { CalendarFeatures } from '../../ports/calendar-binding.ts'
import type { CalendarAccess } from '../../ports/calendar-connector.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import { textsOf } from '../texts/texts.ts'
import { Hidden, NoDefaultButton } from './form-fields.tsx'
import { listed } from './formatting.ts'
import { NoticingHint } from './noticing.tsx'
import { useLocale, useTexts } from './page-locale.tsx'

type Providers = CalendarOverview['providers']

export const PrivacySentence = ({ companies }: { readonly companies: readonly string[] }): VNode => {
  const locale = useLocale()
  return <p class="hint">{textsOf(locale).settingsConnect.privacy(listed(companies, locale), companies.length > 1)}</p>
}

/** The first connection: a level, then a provider. */
export const ConnectForm = ({
  csrf,
  providers,
  chosen,
}: {
  readonly csrf: string
  readonly providers: Providers
  readonly chosen: CalendarAccess
}): VNode => (
  <form method="post" action="/settings/calendar/connect" class="stack">
    {providers.length > 1 && <NoDefaultButton />}
    <Hidden fields={{ _csrf: csrf }} />
    <AccessChoice chosen={chosen} />
    <PrivacySentence companies={companiesOf(providers)} />
    <NoticingHint />
    <BeforeSignIn providers={providers.map(({ features }) => features)} />
    <p class="row">
      {providers.map(({ features }) => (
        <button key={features.slug} type="submit" name="provider" value={features.slug} class="provider">
          <SignInLabel features={features} />
        </button>
      ))}
    </p>
  </form>
)

/** Stands above each button that leaves for one of these providers. */
export const BeforeSignIn = ({ providers }: { readonly providers: readonly CalendarFeatures[] }): VNode => (
  <>
    {providers.map(({ slug, beforeSignIn }) =>
      beforeSignIn === undefined ? null : (
        <p key={slug} class="hint">
          {beforeSignIn}
        </p>
      ),
    )}
  </>
)

export const administratorPath = ({ slug }: CalendarFeatures, access?: CalendarAccess): string =>
  `/settings/calendar/admin?${new URLSearchParams({ provider: slug, ...(access && { access }) })}`

export const AskAdministrator = ({
  features,
  access,
}: {
  readonly features: CalendarFeatures
  /** Without it, what was asked for last. */
  readonly access?: CalendarAccess
}): VNode => (
  <a class="btn quiet" href={administratorPath(features, access)}>
    {useTexts().settingsConnect.askAdministrator}
  </a>
)

/** For somebody whose organisation decides, before she is turned away. */
export const AskAdministratorFirst = ({
  providers,
  chosen,
}: {
  readonly providers: Providers
  readonly chosen: CalendarAccess
}): VNode => {
  const { settingsConnect: t } = useTexts()
  return (
    <p class="hint">
      {t.administratorFirst}
      {providers.map(({ features }, index) => (
        <span key={features.slug}>
          {index > 0 && ', '}
          <a href={administratorPath(features, chosen)}>{t.askFor(features.label)}</a>
        </span>
      ))}
      .
    </p>
  )
}

const companiesOf = (providers: Providers): string[] => [...new Set(providers.map(({ features }) => features.company))]

const AccessChoice = ({ chosen }: { readonly chosen: CalendarAccess }): VNode => {
  const { settingsConnect: t } = useTexts()
  return (
    <fieldset>
      <legend>{t.whatMayWeDo}</legend>
      {(['availability', 'bookings'] as const).map((access) => (
        <div class="choice" key={access}>
          <input type="radio" id={access} name="access" value={access} checked={access === chosen} />
          <label for={access}>
            <b>{t.access[access].title}</b> <small>{t.access[access].text}</small>
          </label>
        </div>
      ))}
    </fieldset>
  )
}

/** The provider's mark and its own words: brand rules allow nothing else on a button that leads to it. */
const SignInLabel = ({ features }: { readonly features: CalendarFeatures }): VNode => {
  const { mark, signInLabel } = features
  return (
    <>
      {mark && (
        <svg viewBox={`0 0 ${mark.size} ${mark.size}`} width="20" height="20" aria-hidden="true">
          {mark.shapes.map(({ path, fill }) => (
            <path key={path} d={path} fill={fill} />
          ))}
        </svg>
      )}
      {signInLabel}
    </>
  )
}

/** One button that leaves for the provider. */
export const ConnectButton = ({
  csrf,
  features,
  access,
  other,
  connection,
  quiet,
  children,
}: {
  readonly csrf: string
  readonly features: CalendarFeatures
  readonly access: CalendarAccess
  /** Lets the therapist choose another account. */
  readonly other?: boolean
  /** A further account: `new`, or the id of one that is connected again. */
  readonly connection?: string | undefined
  readonly quiet?: boolean
  /** Without any, the provider's own label. */
  readonly children?: ComponentChildren
}): VNode => (
  <form method="post" action="/settings/calendar/connect">
    <Hidden fields={{ _csrf: csrf, provider: features.slug, access, other: other ? '1' : undefined, connection }} />
    {children === undefined ? (
      <button type="submit" class="provider">
        <SignInLabel features={features} />
      </button>
    ) : (
      <button type="submit" class={quiet ? 'quiet' : undefined}>
        {children}
      </button>
    )}
  </form>
)
