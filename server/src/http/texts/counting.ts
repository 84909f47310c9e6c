import type { Language } from '../../domain/locale.ts'

/** Below which the rules are asked once: asking takes as long as a line of a page, and most counts are small. */
const KEPT = 120

/** "1 session", "6 sessions", by the rules of a language. */
export function counting(language: Language): (n: number, one: string, other: string) => string {
  const rules = new Intl.PluralRules(language)
  const isOne = (n: number): boolean => rules.select(n) === 'one'
  const counts = Array.from({ length: KEPT }, (_, n) => isOne(n))
  return (n, one, other) => `${n} ${(counts[n] ?? isOne(n)) ? one : other}`
}
