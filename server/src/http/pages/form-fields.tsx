import type { VNode } from 'preact'
import { MINIMUM_PASSWORD } from '../../domain/password.ts'
import { FOCUS_FIRST } from './components.tsx'
import { useTexts } from './page-locale.tsx'

export interface FieldError {
  /** Id of the input. */
  readonly field: string
  readonly message: string
}

/** First on the page, focused, with a link to each field. */
export const ErrorSummary = ({ errors }: { readonly errors: readonly FieldError[] }): VNode | null => {
  const { formFields: t } = useTexts()
  return errors.length === 0 ? null : (
    <section class="note bad" aria-labelledby="problem" {...FOCUS_FIRST}>
      <h2 id="problem">{t.problem}</h2>
      <ul>
        {errors.map(({ field, message }) => (
          <li key={field}>
            <a href={`#${field}`}>{message}</a>
          </li>
        ))}
      </ul>
    </section>
  )
}

interface FieldProps {
  readonly id: string
  readonly label: string
  readonly type: 'text' | 'email' | 'password'
  readonly autocomplete: string
  readonly value?: string | undefined
  readonly hint?: string | undefined
  readonly errors: readonly FieldError[]
}

export const Field = ({ id, label, type, autocomplete, value, hint, errors }: FieldProps): VNode => {
  const { formFields: t } = useTexts()
  const message = errors.find(({ field }) => field === id)?.message
  const described = [hint && `${id}-hint`, message && `${id}-error`].filter(Boolean).join(' ')
  const shared = {
    id,
    name: id,
    autocomplete,
    value,
    required: true,
    'aria-invalid': message === undefined ? undefined : ('true' as const),
    'aria-describedby': described || undefined,
  }
  return (
    <div class={message === undefined ? 'field' : 'field err'}>
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {message && (
        <p class="msg" id={`${id}-error`}>
          <span class="vh">{t.error}</span>
          {message}
        </p>
      )}
      {type === 'email' && <input type="email" {...shared} />}
      {type === 'text' && <input type="text" {...shared} />}
      {type === 'password' && <input type="password" {...shared} />}
    </div>
  )
}

/**
 * First in a form with several buttons: Enter in a field, or "Go" on a phone, presses a form's first submit button, and a
 * disabled one submits nothing (HTML standard, "implicit submission").
 */
export const NoDefaultButton = (): VNode => <button type="submit" disabled hidden />

export const Hidden = ({ fields }: { readonly fields: Readonly<Record<string, string | undefined>> }): VNode => (
  <>
    {Object.entries(fields).map(([name, value]) =>
      value === undefined ? null : <input key={name} type="hidden" name={name} value={value} />,
    )}
  </>
)

/** Whose password a form is about, for password managers, which keep both together. Nobody sees it, and it is not sent. */
export const Username = ({ label, email }: { readonly label: string; readonly email: string }): VNode => (
  <div hidden>
    <label for="username">{label}</label>
    <input type="text" id="username" autocomplete="username" value={email} readonly />
  </div>
)

/** A password that is chosen anew, typed twice. */
export const NewPassword = ({ errors }: { readonly errors: readonly FieldError[] }): VNode => {
  const { formFields: t } = useTexts()
  const chosen = { type: 'password', autocomplete: 'new-password', errors } as const
  return (
    <>
      <Field id="next" label={t.newPassword} hint={t.newPasswordHint(MINIMUM_PASSWORD)} {...chosen} />
      <Field id="again" label={t.newPasswordAgain} {...chosen} />
    </>
  )
}
