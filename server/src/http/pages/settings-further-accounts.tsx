import type { VNode } from 'preact'
import { MAX_FURTHER_ACCOUNTS } from '../../ports/connection-store.ts'
import type { FurtherAccount } from '../../services/connect-calendar.ts'
import { ONE_MORE } from '../../services/oauth-flow.ts'
import { TypedAddress } from './components.tsx'
import { furtherHealthWords, isUnhealthy } from './connection-health-banner.tsx'
import { accountName, accountPath } from './further-account.tsx'
import type { Member } from './layout.tsx'
import { useLocale, useTexts } from './page-locale.tsx'
import { administratorPath, BeforeSignIn, ConnectButton } from './settings-connect.tsx'

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
    <section aria-labelledby="further" class="stack">
      <h2 id="further">{t.title}</h2>
      <p>{connection === undefined ? t.noneReceives : t.text}</p>
      {further.map((account) => (
        <Account key={account.connection.id} {...props} account={account} />
      ))}
      {isOffered && <Add {...props} />}
    </section>
  )
}

/** One in two lines; what can be changed of it stands on a page of its own. */
const Account = ({ account, overview, now }: One): VNode => {
  const locale = useLocale()
  const texts = useTexts()
  const { tone, status, text } = furtherHealthWords(account, overview, now, locale)
  const isSick = isUnhealthy(account.health.state)
  return (
    <div class="card">
      <p>
        <a href={accountPath(account)}>
          <TypedAddress text={accountName(account, texts)} />
        </a>{' '}
        <span class={`status ${tone}`}>{isSick ? status : texts.furtherAccounts.ok}</span>
      </p>
      {isSick && <p>{text}</p>}
    </div>
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
