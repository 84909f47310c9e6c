import fs from 'node:fs/promises'
import { z } from 'zod'
import type { BroughtToken, ImportedToken } from '../../services/import-token.ts'
import type { Administration } from '../administration.ts'
import { type Answer, type Command, checked, Refused, table, type Values } from '../command.ts'
import { TOKEN_COLUMNS, type TokenRow, tokenRows } from '../token-rows.ts'

/** Providers are asked about so many tokens at one time. */
const AT_ONCE = 4
const LISTED = 20

const Given = z.object({ file: z.string(), 'dry-run': z.boolean().default(false) })

async function rowsOf(file: string): Promise<readonly TokenRow[]> {
  const text = await fs.readFile(file, 'utf8').catch(() => {
    throw new Refused(`the file ${file} cannot be read`)
  })
  const read = tokenRows(text)
  if (!('complaints' in read)) return read
  const { complaints } = read
  const more = complaints.length > LISTED ? [`and ${complaints.length - LISTED} more`] : []
  const listed = complaints.slice(0, LISTED).map(({ line, says }) => `line ${line}: ${says}`)
  throw new Refused(['nothing is imported:', ...listed, ...more].join('\n'))
}

/** What each outcome means, and what to do. */
const SAYS: Readonly<Record<ImportedToken['outcome'], string>> = {
  connected: 'connected',
  already_connected: 'this account is connected there already: nothing is changed',
  other_connected: 'another account is connected there: nothing is changed',
  connected_elsewhere: 'another practice has this account: she has to sign in here herself',
  other_account: 'the token is of another account than the file says: nothing is stored',
  no_calendar: 'the account lists no calendar: nothing is stored',
  not_served: 'this installation has no registration with the provider',
  unknown_practice: 'there is no such practice: tenants import comes first',
  not_stored: 'the database did not take it: repeat the command',
  refused: 'not accepted',
}

interface Imported {
  readonly line: number
  readonly slug: string
  readonly provider: string
  readonly result: ImportedToken
}

async function importOne(
  { line, slug, provider, 'refresh-token': refreshToken, ...row }: TokenRow,
  tenantId: string | undefined,
  importToken: (brought: BroughtToken) => Promise<ImportedToken>,
): Promise<Imported> {
  const { scopes, access, account } = row
  if (tenantId === undefined) return { line, slug, provider, result: { outcome: 'unknown_practice' } }
  const result = await importToken({ tenantId, provider, refreshToken, scopes, access, account })
  return { line, slug, provider, result }
}

/** In the order of the file. */
async function inTurns<Row, Result>(rows: readonly Row[], work: (row: Row) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const one = async (): Promise<void> => {
    for (let place = next++; place < rows.length; place = next++) {
      const row = rows[place]
      if (row !== undefined) results[place] = await work(row)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  return results
}

const told = ({ result }: Imported): string => {
  if (result.outcome === 'connected') return `${SAYS.connected}, ${result.access}, ${result.calendars} calendars`
  if (result.outcome !== 'refused') return SAYS[result.outcome]
  return `${SAYS.refused}: ${result.reason}${result.code === undefined ? '' : ` (${result.code})`}`
}

/** It may be repeated: what is connected already counts as done. */
const isDone = ({ result: { outcome } }: Imported): boolean =>
  outcome === 'connected' || outcome === 'already_connected'

async function run(values: Values, administration: Administration): Promise<Answer> {
  const { file, 'dry-run': isDry } = checked(Given, values)
  const rows = await rowsOf(file)
  // Before the first token: a database that is away stops the command while nothing is done.
  const tenants = await inTurns(
    rows,
    async ({ slug }) => [slug, (await administration.tenants.bySlug(slug))?.id] as const,
  )
  const ids = new Map(tenants)
  const importToken = (brought: BroughtToken) => administration.importToken(brought, { store: !isDry })
  const imported = await inTurns(rows, (row) => importOne(row, ids.get(row.slug), importToken))
  const connected = imported.filter(({ result }) => result.outcome === 'connected').length
  const failed = imported.filter((one) => !isDone(one)).length
  const sum = isDry ? `Nothing is stored. It would connect ${connected}` : `Connected: ${connected}`
  const lines = table(
    ['LINE', 'PRACTICE', 'PROVIDER', 'OUTCOME'],
    imported.map((one) => [String(one.line), one.slug, one.provider, told(one)]),
  )
  return {
    data: {
      dryRun: isDry,
      connected,
      failed,
      rows: imported.map(({ result, ...row }) => ({ ...row, ...result })),
    },
    lines: [...lines, `${sum}, there before: ${imported.length - connected - failed}, not: ${failed}.`],
    incomplete: failed > 0,
  }
}

export const IMPORT_TOKENS_COMMAND: Command = {
  name: 'connections import-tokens',
  takes: ['file'],
  says: `Connects calendars with refresh tokens that another program was given under the same client id: a CSV file with a head (${TOKEN_COLUMNS.join(', ')}), or JSON. Each is checked with its provider first.`,
  options: { 'dry-run': { type: 'boolean', says: 'Check every token with its provider, and store nothing' } },
  run,
}
