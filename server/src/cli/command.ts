import type { ZodType } from 'zod'
import type { Administration } from './administration.ts'

/** What a command is called with, its options and positionals by name. */
export type Values = Readonly<Record<string, string | boolean | undefined>>

/** What a command has to say: `data` with --json, else `lines`. */
export interface Answer {
  readonly data: unknown
  readonly lines: readonly string[]
  /** Part of it could not be done: it is said, and the exit code is 1. */
  readonly incomplete?: boolean
}

/** The lines of one JSON document, in either case, printed as they come. Where it breaks off, it is no JSON. */
export interface Streamed {
  readonly document: AsyncIterable<string>
}

export interface Command {
  /** For example `tenants show`. */
  readonly name: string
  readonly says: string
  /** Names of the positionals, all of which it needs. */
  readonly takes?: readonly string[]
  readonly options?: Readonly<Record<string, OptionOfCommand>>
  run(values: Values, administration: Administration): Promise<Answer | Streamed>
}

export interface OptionOfCommand {
  readonly type: 'string' | 'boolean'
  readonly says: string
  /** What stands for its value in the usage. */
  readonly value?: string
}

/** The command does nothing, for this reason, which tells the operator what to do. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** What the command was called with, checked. Throws {@link Refused} with every complaint. */
export function checked<T>(schema: ZodType<T>, values: Values): T {
  const parsed = schema.safeParse(values)
  if (parsed.success) return parsed.data
  const complaints = parsed.error.issues.map(({ path, message }) =>
    values[String(path[0])] === undefined ? `--${String(path[0])} is missing` : message,
  )
  throw new Refused(complaints.join('; '))
}

const CONTROLS = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** Rows in columns. Controls are replaced: terminals obey escapes, and names are other people's words. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows].map((row) => row.map((cell) => cell.replace(CONTROLS, '�')))
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** As in ISO 8601, in UTC, or a dash. */
export const moment = (at: Date | undefined): string => at?.toISOString() ?? '-'

/** Everything that comes in pages, from the first. */
export async function everything<T>(page: (last: T | undefined) => Promise<readonly T[]>): Promise<T[]> {
  const all: T[] = []
  for (;;) {
    const more = await page(all.at(-1))
    if (more.length === 0) return all
    all.push(...more)
  }
}
