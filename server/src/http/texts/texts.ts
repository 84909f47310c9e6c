import type { Language, Locale } from '../../domain/locale.ts'
import { de } from './de.ts'
import { en, type Texts } from './en.ts'

export const TEXTS: Readonly<Record<Language, Texts>> = { en, de }

export const textsOf = ({ language }: Pick<Locale, 'language'>): Texts => TEXTS[language]
