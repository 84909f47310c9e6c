import type { VNode } from 'preact'
import { Facts, Note, TypedAddress } from './components.tsx'
import { ErrorSummary, Field, type FieldError, Hidden, NewPassword, Username } from './form-fields.tsx'
import { type Member, MemberDocument } from './layout.tsx'
import { pageOf, useTexts } from './page-locale.tsx'

export interface AccountPage extends Member {
  readonly email: string
  readonly errors: readonly FieldError[]
  readonly owner: boolean
  /** The password has just been changed. */
  readonly changed?: boolean
}

const AccountPage = (props: AccountPage): VNode => {
  const { account: t, clientData } = useTexts()
  const { email, errors, changed, csrf, owner } = props
  return (
    <MemberDocument title={t.title} current="account" member={props} wrong={errors.length > 0}>
      <ErrorSummary errors={errors} />
      {changed && (
        <Note tone="good" title={t.changed}>
          <p>{t.changedText}</p>
        </Note>
      )}
      <h1>{t.title}</h1>
      <Facts rows={[[t.email, <TypedAddress key="e" text={email} />]]} />
      <section aria-labelledby="change" class="stack">
        <h2 id="change">{t.changePassword}</h2>
        <form method="post" action="/settings/account/password" class="stack" novalidate>
          <Hidden fields={{ _csrf: csrf }} />
          <Username label={t.email} email={email} />
          <Field id="current" label={t.current} type="password" autocomplete="current-password" errors={errors} />
          <NewPassword errors={errors} />
          <button type="submit">{t.change}</button>
        </form>
      </section>
      <section aria-labelledby="everywhere" class="stack">
        <h2 id="everywhere">{t.signOutEverywhere}</h2>
        <p>{t.signOutEverywhereText}</p>
        <form method="post" action="/settings/account/sign-out-everywhere">
          <Hidden fields={{ _csrf: csrf }} />
          <button type="submit" class="bad">
            {t.signOutEverywhere}
          </button>
        </form>
      </section>
      {owner && (
        <p>
          <a href="/settings/data">{clientData.link}</a>
        </p>
      )}
    </MemberDocument>
  )
}

/** What a user changes of her own account. */
export const accountPage = pageOf(AccountPage)
