import type { VNode } from 'preact'
import type { ProblemKind } from '../problem-details.ts'
import { waitFor } from './formatting.ts'
import { Document } from './layout.tsx'
import { pageOf, useLocale } from './page-locale.tsx'

interface Words {
  readonly title: string
  readonly text: string
}

const NO_PAGE: Words = {
  title: 'Page not found',
  text: 'There is nothing at this address. Check that the whole address was copied.',
}
const NOT_UNDERSTOOD: Words = { title: 'That did not work', text: 'We could not read what was sent. Nothing was done.' }

const WORDS: Partial<Record<ProblemKind, Words>> = {
  malformed: NOT_UNDERSTOOD,
  too_large: NOT_UNDERSTOOD,
  wrong_type: NOT_UNDERSTOOD,
  invalid: { title: 'That did not work', text: 'Something in the form was missing or not valid. Nothing was done.' },
  forbidden: { title: 'Not allowed', text: 'You may not do this. Ask the person who owns this practice.' },
  forged: { title: 'Not allowed', text: 'This came from another website. Nothing was done.' },
  expired_form: {
    title: 'This form is too old',
    text: 'You were away a while. Nothing was done. Go back and note what you had chosen, because reloading forgets it. Then reload the page and send the form again.',
  },
  not_found: NO_PAGE,
  wrong_method: { title: 'That does not work here', text: 'This address does not answer that kind of request.' },
  unreadable: {
    title: 'The calendar does not answer',
    text: 'We cannot see the calendar right now. Nothing was done. Try again in a minute.',
  },
}

const BROKEN: Words = {
  title: 'Something went wrong',
  text: 'This is our fault, not yours. Try again in a minute.',
}

const MAYBE_BOOKED: Words = {
  title: BROKEN.title,
  text: 'This is our fault, not yours. We cannot say whether your session was booked. Go back and press the button again: it will not book twice.',
}

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
  const { title, text } =
    kind === 'too_many'
      ? { title: 'Too many tries', text: `Wait ${waitFor(retryAfterSeconds, locale)}, then try again.` }
      : (WORDS[kind] ?? (booking ? MAYBE_BOOKED : BROKEN))
  return (
    <Document title={title}>
      <h1>{title}</h1>
      <p>{text}</p>
      {kind === 'broken' && reference !== undefined && (
        <p class="hint">Whoever runs this website finds the error by this number: {reference}</p>
      )}
    </Document>
  )
}

export const errorPage = pageOf(ErrorPage)
