import fs from 'node:fs/promises'
import { z } from 'zod'
import { type ImportedTenant, importTenants, takenNames } from '../../adapters/postgres/accounts/import-tenants.ts'
import { HOUR_MS } from '../../domain/durations.ts'
import { newPasswordToken } from '../../services/password-links.ts'
import type { Administration } from '../administration.ts'
import { type Answer, type Command, checked, Refused, type Values } from '../command.ts'
import { CsvError, type CsvRecord, parseCsv } from '../csv.ts'
import { fitting, newTenant, TenantOptions } from '../new-tenant.ts'
import { Hours, unknownPassword } from './password-link.ts'

const COLUMNS = Object.keys(TenantOptions.shape)
const NEEDED = ['slug', 'name', 'time-zone', 'email']
const LINK_HOURS = 7 * 24
/** Complaints that are listed; further ones are counted. */
const LISTED = 20

interface Row {
  readonly line: number
  readonly tenant: Omit<ImportedTenant, 'passwordHash' | 'passwordLink'>
}

interface Complaint {
  readonly line: number
  readonly says: string
}

const complaint = (line: number, says: string): Complaint => ({ line, says })

/** Every complaint about a file, or nothing of it is done. */
function refuse(complaints: readonly Complaint[]): void {
  if (complaints.length === 0) return
  const sorted = complaints.toSorted((one, other) => one.line - other.line)
  const listed = sorted.slice(0, LISTED).map(({ line, says }) => `line ${line}: ${says}`)
  const more = sorted.length > LISTED ? [`and ${sorted.length - LISTED} more`] : []
  throw new Refused(['nothing is imported:', ...listed, ...more].join('\n'))
}

async function recordsOf(path: string): Promise<CsvRecord[]> {
  const text = await fs.readFile(path, 'utf8').catch(() => {
    throw new Refused(`the file ${path} cannot be read`)
  })
  try {
    return parseCsv(text)
  } catch (error) {
    if (error instanceof CsvError) refuse([complaint(error.line, error.message)])
    throw error
  }
}

/** The columns by their head, which has to name what is needed, and nothing that is not known. */
function columnsOf(head: CsvRecord | undefined): readonly string[] {
  if (head === undefined) throw new Refused('nothing is imported: the file is empty')
  const names = head.fields.map((name) => name.trim())
  const unknown = names.filter((name, place) => !COLUMNS.includes(name) || names.indexOf(name) !== place)
  const missing = NEEDED.filter((name) => !names.includes(name))
  refuse([
    ...unknown.map((name) => complaint(head.line, `"${name}" is no column, or stands twice: ${COLUMNS.join(', ')}`)),
    ...missing.map((name) => complaint(head.line, `the column ${name} is missing`)),
  ])
  return names
}

function rowOf({ line, fields }: CsvRecord, columns: readonly string[]): Row | readonly Complaint[] {
  if (fields.length !== columns.length)
    return [complaint(line, `it has ${fields.length} fields where the head has ${columns.length}`)]
  const given = fields.map((field, place) => [columns[place] ?? '', field.trim()] as const)
  const parsed = TenantOptions.safeParse(Object.fromEntries(given.filter(([, field]) => field !== '')))
  if (!parsed.success)
    return parsed.error.issues.map(({ path, message }) => complaint(line, `${String(path[0])}: ${message}`))
  const spoken = fitting(parsed.data)
  if (typeof spoken === 'string') return [complaint(line, spoken)]
  const { passwordHash: _, ...tenant } = newTenant({ ...parsed.data, ...spoken }, '')
  return { line, tenant: { ...tenant, email: tenant.email.toLowerCase() } }
}

/** Names that stand in the file twice, or are in use. */
async function clashes(rows: readonly Row[], { database }: Administration): Promise<Complaint[]> {
  const taken = await takenNames(
    database,
    rows.map(({ tenant }) => tenant),
  )
  const seen = { slug: new Map<string, number>(), email: new Map<string, number>() }
  return rows.flatMap(({ line, tenant }) =>
    (['slug', 'email'] as const).flatMap((column) => {
      const value = tenant[column]
      const before = seen[column].get(value)
      seen[column].set(value, before ?? line)
      if (before !== undefined) return [complaint(line, `the ${column} ${value} stands in line ${before}, too`)]
      const inUse = (column === 'slug' ? taken.slugs : taken.emails).has(value)
      return inUse ? [complaint(line, `the ${column} ${value} is in use already`)] : []
    }),
  )
}

const Given = z.object({ file: z.string(), hours: Hours.default(LINK_HOURS), 'dry-run': z.boolean().default(false) })

async function run(values: Values, administration: Administration): Promise<Answer> {
  const { file, hours, 'dry-run': isDry } = checked(Given, values)
  const [head, ...records] = await recordsOf(file)
  const columns = columnsOf(head)
  const read = records.map((record) => rowOf(record, columns))
  refuse(read.flatMap((row) => ('tenant' in row ? [] : row)))
  const rows = read.flatMap((row) => ('tenant' in row ? [row] : []))
  refuse(await clashes(rows, administration))
  if (isDry)
    return {
      data: { imported: 0, valid: rows.length },
      lines: [`All ${rows.length} lines are right; nothing is imported.`],
    }
  const passwordHash = await unknownPassword(administration.passwords)
  const expiresAt = new Date(administration.clock.now().getTime() + hours * HOUR_MS)
  const made = rows.map(({ tenant }) => {
    const { token, tokenHash } = newPasswordToken()
    const url = `${administration.appUrl}/set-password/${token}`
    return { tenant: { ...tenant, passwordHash, passwordLink: { tokenHash, expiresAt } }, url }
  })
  const tenants = made.map(({ tenant }) => tenant)
  if (!(await importTenants(administration.database, tenants, 'operator')))
    throw new Refused('nothing is imported: a slug or an address has been taken meanwhile. Repeat it to see which')
  const data = made.map(({ tenant: { slug, email }, url }) => ({ slug, email, url, expiresAt }))
  return { data, lines: ['slug,email,url', ...data.map(({ slug, email, url }) => `${slug},${email},${url}`)] }
}

export const IMPORT_COMMAND: Command = {
  name: 'tenants import',
  takes: ['file'],
  says: `Practices from a CSV file with a head (${COLUMNS.join(', ')}): all or none. It gives each owner’s link to set a password.`,
  options: {
    hours: { type: 'string', value: 'H', says: `How long the links work: ${LINK_HOURS} without, 336 at most` },
    'dry-run': { type: 'boolean', says: 'Look at the file alone' },
  },
  run,
}
