import type { VNode } from 'preact'
import { textOf, type UnsentForm } from '../unsent-form.ts'
import { Note } from './components.tsx'
import { ErrorSummary, Field, type FieldError, Hidden } from './form-fields.tsx'
import { Document } from './layout.tsx'

interface SignInPage {
  readonly csrf: string
  /** Where to go afterwards: a word, never an address. */
  readonly next: 'appointments' | 'calendar'
  readonly email?: string
  readonly failed?: boolean
  /** A form was sent after the session had ended. */
  readonly away?: boolean
  /** That form, where it is offered again after signing in. */
  readonly unsent?: UnsentForm | undefined
}

// One message for both fields: saying which was wrong would tell whether an address has an account.
const WRONG: readonly FieldError[] = [{ field: 'email', message: 'The email address or the password is wrong' }]

export const signInPage = ({ csrf, next, email, failed, away, unsent }: SignInPage): VNode => {
  const errors = failed ? WRONG : []
  return (
    <Document title="Sign in" wrong={failed}>
      <ErrorSummary errors={errors} />
      {away && (
        <Note tone="warn" title="You were away a while">
          <p>
            Sign in again. What you sent last was not done
            {unsent === undefined ? '.' : ' yet: it is kept, and you are asked about it then.'}
          </p>
        </Note>
      )}
      <h1>Sign in</h1>
      <form method="post" action="/sign-in" class="stack" novalidate>
        <Hidden fields={{ _csrf: csrf, next, unsent: unsent && textOf(unsent) }} />
        <Field id="email" label="Email address" type="email" autocomplete="username" value={email} errors={errors} />
        <Field id="password" label="Password" type="password" autocomplete="current-password" errors={[]} />
        <button type="submit">Sign in</button>
      </form>
    </Document>
  )
}
