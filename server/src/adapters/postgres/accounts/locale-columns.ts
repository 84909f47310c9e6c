import { LANGUAGES, type Language, type Locale, localeOf } from '../../../domain/locale.ts'

/** Of a tenant; constraints hold them to the words that are known here. */
export interface LocaleColumns {
  readonly language: string
  readonly clock: string
}

export const toLanguage = (word: string): Language | undefined => LANGUAGES.find((known) => known === word)

/** A language that a later release has added is read as English. */
export const toLocale = ({ language, clock }: LocaleColumns): Locale =>
  localeOf(toLanguage(language) ?? 'en', clock === '12h' ? '12h' : '24h')
