import type { VNode } from 'preact'
import type { ProblemKind } from '../problem-details.ts'
import type { Texts } from '../texts/en.ts'
import { waitFor } from './formatting.ts'
import { Document } from './layout.tsx'
import { pageOf, useLocale, useTexts } from './page-locale.tsx'

/** The words of each kind; of any other the error is ours. */
const wordsOf = (
  t: Texts['errorPage'],
): Partial<Record<ProblemKind, { readonly title: string; readonly text: string }>> => ({
  malformed: t.notUnderstood,
  too_large: t.notUnderstood,
  wrong_type: t.notUnderstood,
  invalid: t.invalid,
  forbidden: t.forbidden,
  forged: t.forged,
  expired_form: t.expiredForm,
  not_found: t.notFound,
  wrong_method: t.wrongMethod,
  unreadable: t.unreadable,
})

interface ErrorPage {
  readonly kind: ProblemKind
  readonly retryAfterSeconds?: number | undefined
  /** A booking was sent: sent again it is the same booking. */
  readonly booking?: boolean
  /** Names the request in our log. */
  readonly reference?: string | undefined
}

const ErrorPage = ({ kind, retryAfterSeconds, booking, reference }: ErrorPage): VNode => {
  const locale = useLocale()
  const { errorPage: t } = useTexts()
  const { title, text } =
    kind === 'too_many'
      ? { title: t.tooMany, text: t.waitThenTry(waitFor(retryAfterSeconds, locale)) }
      : (wordsOf(t)[kind] ?? (booking ? t.maybeBooked : t.broken))
  return (
    <Document title={title}>
      <h1>{title}</h1>
      <p>{text}</p>
      {kind === 'broken' && reference !== undefined && <p class="hint">{t.reference(reference)}</p>}
    </Document>
  )
}

export const errorPage = pageOf(ErrorPage)
