import { z } from 'zod'
import { HOUR_CLOCKS, type HourClock, LANGUAGES, type Language as LanguageName } from '../domain/locale.ts'
import { isSlug } from '../domain/slug.ts'

/** The options of a command, by their names. */
export type Given = Readonly<Record<string, string | undefined>>

export interface Terminal {
  readonly print: (line: string) => void
  readonly warn: (line: string) => void
  /** One JSON document instead of sentences. */
  readonly json?: boolean
}

export const TERMINAL: Terminal = {
  print: (line) => process.stdout.write(`${line}\n`),
  warn: (line) => process.stderr.write(`${line}\n`),
}

/** Says why a command is refused; gives its exit code. */
export const refusing =
  (command: string, { warn, json }: Terminal) =>
  (reason: string): number => {
    warn(json ? JSON.stringify({ error: reason }) : `${command}: ${reason}`)
    return 1
  }

export const slug = z.string().refine(isSlug, '--slug takes small letters, digits and inner hyphens')
export const Meet = z.enum(['online', 'in-person'], { error: '--meet takes online or in-person' })
export const Language = z.enum(LANGUAGES, { error: `--language takes ${LANGUAGES.join(' or ')}` })
export const Languages = z
  .string()
  .transform((given) => [...new Set(given.split(','))])
  .pipe(z.array(z.enum(LANGUAGES, { error: `--languages takes ${LANGUAGES.join(', ')}, with commas between` })))
export const Clock = z.enum(HOUR_CLOCKS, { error: `--clock takes ${HOUR_CLOCKS.join(' or ')}` })

/** Why a practice cannot have these together. */
export function unfit(
  language: LanguageName,
  languages: readonly LanguageName[],
  clock: HourClock,
): string | undefined {
  if (!languages.includes(language)) return '--languages has to name the language of the practice too'
  return language === 'de' && clock === '12h' ? '--clock 12h does not go with German' : undefined
}
export const contactLine = z.string().trim().max(200, '--contact-line takes at most 200 characters')

/** What is wrong with the options. */
export const reasons = (error: z.ZodError, values: Given): string =>
  error.issues
    .map(({ path, message }) => (values[String(path[0])] === undefined ? `--${String(path[0])} is missing` : message))
    .join('; ')
