import type { Language } from '../../domain/locale.ts'

/** "1 session", "6 sessions", by the rules of a language. */
export function counting(language: Language): (n: number, one: string, other: string) => string {
  const rules = new Intl.PluralRules(language)
  return (n, one, other) => `${n} ${rules.select(n) === 'one' ? one : other}`
}
