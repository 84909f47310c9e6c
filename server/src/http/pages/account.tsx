import type { VNode } from 'preact'
import { MINIMUM_PASSWORD } from '../../domain/password.ts'
import { Facts, Note, Typed } from './components.tsx'
import { ErrorSummary, Field, type FieldError, Hidden } from './form-fields.tsx'
import { type Member, MemberDocument } from './layout.tsx'

export interface AccountPage extends Member {
  readonly email: string
  readonly errors: readonly FieldError[]
  /** The password has just been changed. */
  readonly changed?: boolean
}

/** What a user changes of her own account. */
export const accountPage = (props: AccountPage): VNode => {
  const { email, errors, changed, csrf } = props
  return (
    <MemberDocument title="Your account" current="account" member={props} wrong={errors.length > 0}>
      <ErrorSummary errors={errors} />
      {changed && (
        <Note tone="good" title="Your password is changed">
          <p>Everywhere else you are signed out.</p>
        </Note>
      )}
      <h1>Your account</h1>
      <Facts rows={[['Email', <Typed key="e" text={email} />]]} />
      <section aria-labelledby="change" class="stack">
        <h2 id="change">Change your password</h2>
        <form method="post" action="/settings/account/password" class="stack" novalidate>
          <Hidden fields={{ _csrf: csrf }} />
          <Field
            id="current"
            label="Your password now"
            type="password"
            autocomplete="current-password"
            errors={errors}
          />
          <Field
            id="next"
            label="New password"
            type="password"
            autocomplete="new-password"
            hint={`At least ${MINIMUM_PASSWORD} characters.`}
            errors={errors}
          />
          <Field id="again" label="New password again" type="password" autocomplete="new-password" errors={errors} />
          <button type="submit">Change password</button>
        </form>
      </section>
      <section aria-labelledby="everywhere" class="stack">
        <h2 id="everywhere">Sign out everywhere</h2>
        <p>Ends your visits in every browser, this one too. Do this when a device of yours is lost.</p>
        <form method="post" action="/settings/account/sign-out-everywhere">
          <Hidden fields={{ _csrf: csrf }} />
          <button type="submit" class="bad">
            Sign out everywhere
          </button>
        </form>
      </section>
    </MemberDocument>
  )
}
