import type { VNode } from 'preact'
import { Facts, Typed } from './components.tsx'
import { ErrorSummary, type FieldError, Hidden, NewPassword, Username } from './form-fields.tsx'
import { Document } from './layout.tsx'
import { pageOf, useTexts } from './page-locale.tsx'

export interface SetPasswordPage {
  readonly token: string
  readonly email: string
  readonly errors: readonly FieldError[]
  readonly csrf: string
}

const SetPasswordPage = ({ token, email, errors, csrf }: SetPasswordPage): VNode => {
  const { setPassword: t } = useTexts()
  return (
    <Document title={t.title} wrong={errors.length > 0}>
      <ErrorSummary errors={errors} />
      <h1>{t.title}</h1>
      <Facts rows={[[t.email, <Typed key="e" text={email} />]]} />
      <form method="post" action={`/set-password/${token}`} class="stack" novalidate>
        <Hidden fields={{ _csrf: csrf }} />
        <Username label={t.email} email={email} />
        <NewPassword errors={errors} />
        <p>{t.everywhere}</p>
        <button type="submit">{t.save}</button>
      </form>
    </Document>
  )
}

/** What a link to set a password opens. */
export const setPasswordPage = pageOf(SetPasswordPage)

const UnknownPasswordLink = (): VNode => {
  const { setPassword: t } = useTexts()
  return (
    <Document title={t.unknown}>
      <h1>{t.unknown}</h1>
      <p>{t.unknownText}</p>
      <p>
        <a href="/sign-in">{t.signIn}</a>
      </p>
    </Document>
  )
}

export const unknownPasswordLinkPage = pageOf(UnknownPasswordLink)
