import type { VNode } from 'preact'
import { textOf, type UnsentForm } from '../unsent-form.ts'
import { Note } from './components.tsx'
import { ErrorSummary, Field, Hidden } from './form-fields.tsx'
import { Document } from './layout.tsx'
import { pageOf, useTexts } from './page-locale.tsx'

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

const SignInPage = ({ csrf, next, email, failed, away, unsent }: SignInPage): VNode => {
  const { signIn: t } = useTexts()
  const errors = failed ? [{ field: 'email', message: t.wrong }] : []
  return (
    <Document title={t.title} wrong={failed}>
      <ErrorSummary errors={errors} />
      {away && (
        <Note tone="warn" title={t.awayTitle}>
          <p>{unsent === undefined ? t.away : t.awayKept}</p>
        </Note>
      )}
      <h1>{t.title}</h1>
      <form method="post" action="/sign-in" class="stack" novalidate>
        <Hidden fields={{ _csrf: csrf, next, unsent: unsent && textOf(unsent) }} />
        <Field id="email" label={t.email} type="email" autocomplete="username" value={email} errors={errors} />
        <Field id="password" label={t.password} type="password" autocomplete="current-password" errors={[]} />
        {failed && <p class="hint">{t.forgotten}</p>}
        <button type="submit">{t.signIn}</button>
      </form>
    </Document>
  )
}

export const signInPage = pageOf(SignInPage)
