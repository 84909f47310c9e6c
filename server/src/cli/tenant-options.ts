import { z } from 'zod'
import { isSlug } from '../domain/slug.ts'

/** The options of a command, by their names. */
export type Given = Readonly<Record<string, string | undefined>>

export const TERMINAL = {
  print: (line: string): void => void process.stdout.write(`${line}\n`),
  warn: (line: string): void => void process.stderr.write(`${line}\n`),
}

export const slug = z.string().refine(isSlug, '--slug takes small letters, digits and inner hyphens')
export const Meet = z.enum(['online', 'in-person'], { error: '--meet takes online or in-person' })
export const contactLine = z.string().trim().max(200, '--contact-line takes at most 200 characters')

/** What is wrong with the options. */
export const reasons = (error: z.ZodError, values: Given): string =>
  error.issues
    .map(({ path, message }) => (values[String(path[0])] === undefined ? `--${String(path[0])} is missing` : message))
    .join('; ')
