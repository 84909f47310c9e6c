import { z } from 'zod'
import { isSlug } from '../domain/slug.ts'
import { CALENDAR_PROVIDER_TYPES } from '../ports/calendar-provider-type.ts'
import { CsvError, parseCsv } from './csv.ts'

/** What is wrong with a file, by its lines. It never quotes the file, which holds tokens. */
export interface TokenComplaint {
  readonly line: number
  readonly says: string
}

const words = z.string().transform((given) => given.split(/\s+/).filter((word) => word !== ''))

/** One row; its members are also the columns of a CSV file. */
const Row = z.object({
  slug: z.string('slug is missing').refine(isSlug, 'slug: small letters, digits and inner hyphens'),
  provider: z
    .string('provider is missing')
    .transform((given) => given.toUpperCase())
    .pipe(z.enum(CALENDAR_PROVIDER_TYPES, 'provider: google or microsoft')),
  'refresh-token': z
    .string('refresh-token is missing')
    .min(1, 'refresh-token is missing')
    .max(16_384, 'refresh-token is too long'),
  account: z.string('account: text').max(320, 'account is too long').optional(),
  scopes: z.union([words, z.array(z.string())], 'scopes: names with spaces between').default([]),
  access: z.enum(['bookings', 'availability'], 'access: bookings or availability').optional(),
})
export type TokenRow = z.infer<typeof Row> & { readonly line: number }

export const TOKEN_COLUMNS = Object.keys(Row.shape)

/**
 * The rows of a CSV file with a head (RFC 4180) or of a JSON array of objects with the same members, or every complaint. The line of
 * a JSON row is its place in the array, the first being 1.
 */
export function tokenRows(text: string): readonly TokenRow[] | { readonly complaints: readonly TokenComplaint[] } {
  const read = /^\uFEFF?\s*\[/.test(text) ? fromJson(text) : fromCsv(text)
  if ('complaints' in read) return read
  const complaints: TokenComplaint[] = []
  const rows = read.flatMap(({ line, row }): TokenRow[] => {
    const parsed = Row.safeParse(row)
    if (parsed.success) return [{ ...parsed.data, line }]
    complaints.push(...parsed.error.issues.map(({ message }) => ({ line, says: message })))
    return []
  })
  return complaints.length > 0 ? { complaints } : rows
}

type Read = readonly { readonly line: number; readonly row: unknown }[] | { readonly complaints: TokenComplaint[] }

function fromJson(text: string): Read {
  try {
    const rows = z.array(z.unknown()).parse(JSON.parse(text.replace(/^\uFEFF/, '')))
    return rows.map((row, place) => ({ line: place + 1, row }))
  } catch {
    // What the parser says quotes the file.
    return { complaints: [{ line: 1, says: 'it is no JSON array' }] }
  }
}

function fromCsv(text: string): Read {
  try {
    const [head, ...records] = parseCsv(text)
    const columns = head?.fields.map((name) => name.trim()) ?? []
    const strange = columns.findIndex((name, place) => !TOKEN_COLUMNS.includes(name) || columns.indexOf(name) !== place)
    const line = head?.line ?? 1
    if (strange >= 0 || columns.length === 0) {
      const says = `its head names the columns ${TOKEN_COLUMNS.join(', ')}, each once: the ${strange + 1}. is none of them`
      return { complaints: [{ line, says }] }
    }
    const short = records.filter(({ fields }) => fields.length !== columns.length)
    if (short.length > 0)
      return { complaints: short.map(({ line }) => ({ line, says: `it does not have ${columns.length} fields` })) }
    return records.map(({ line, fields }) => {
      const given = fields.map((field, place) => [columns[place], field.trim()] as const)
      return { line, row: Object.fromEntries(given.filter(([, field]) => field !== '')) }
    })
  } catch (error) {
    if (error instanceof CsvError) return { complaints: [{ line: error.line, says: error.message }] }
    throw error
  }
}
