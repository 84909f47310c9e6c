import type { Locale } from '../../domain/locale.ts'
import { textsOf } from '../texts/texts.ts'

/** How an action on a further account ended. */
export type FurtherOutcome =
  | 'further_connected'
  | 'further_reconnected'
  | 'further_saved'
  | 'further_saved_partly'
  | 'further_checked'
  | 'further_disconnected'
  | 'already_connected'
  | 'too_many'
  | 'not_connected'

const TONES = {
  further_connected: 'good',
  further_reconnected: 'good',
  further_saved: 'good',
  further_saved_partly: 'warn',
  further_checked: 'good',
  further_disconnected: 'good',
  already_connected: 'warn',
  too_many: 'warn',
  not_connected: 'warn',
} as const satisfies Readonly<Record<FurtherOutcome, string>>

type Words = (context: { readonly label: string; readonly locale: Locale }) => {
  readonly tone: 'good' | 'warn'
  readonly title: string
  readonly text: string
}

const wordsOf =
  (outcome: FurtherOutcome): Words =>
  ({ label, locale }) => {
    const { title, text } = textsOf(locale).furtherAccounts.outcomes[outcome]
    return { tone: TONES[outcome], title: title(label), text }
  }

export const FURTHER_WORDS: Readonly<Record<FurtherOutcome, Words>> = {
  further_connected: wordsOf('further_connected'),
  further_reconnected: wordsOf('further_reconnected'),
  further_saved: wordsOf('further_saved'),
  further_saved_partly: wordsOf('further_saved_partly'),
  further_checked: wordsOf('further_checked'),
  further_disconnected: wordsOf('further_disconnected'),
  already_connected: wordsOf('already_connected'),
  too_many: wordsOf('too_many'),
  not_connected: wordsOf('not_connected'),
}
