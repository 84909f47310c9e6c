import { z } from 'zod'
import { UnreadableTokens } from '../../../ports/token-vault.ts'
import type { Database } from '../client.ts'
import { Prisma } from '../generated/client.ts'
import { SEALED, type SealedField } from './encrypted-writes.ts'
import type { KeyRing } from './key-ring.ts'

/** The configured keys do not fit the database. Names key ids and counts, never a key. */
export class TokenKeyError extends Error {
  override readonly name = 'TokenKeyError'
}

const COLUMNS: readonly SealedField[] = [SEALED.CalendarConnection, SEALED.ConnectedCalendar, SEALED.OAuthAttempt]
const SENTINEL = 'booking token key'

const name = (identifier: string): Prisma.Sql => Prisma.raw(`"${identifier}"`)

/**
 * Before the program listens: every configured key opens what it sealed when it was first seen, and every key in use is
 * configured. Changes nothing but to remember keys it sees for the first time.
 */
export async function checkKeys(database: Database, ring: KeyRing): Promise<void> {
  await openSentinels(database, ring)
  for (const [kid, count] of await keysInUse(database))
    if (!ring.kids.includes(kid))
      throw new TokenKeyError(`TOKEN_ENCRYPTION_KEYS lacks key ${kid}, which ${count} stored values still use`)
  await database.tokenKeyCheck.createMany({
    data: ring.kids.map((kid) => ({ kid, sentinel: SENTINEL })),
    skipDuplicates: true,
  })
  // Another process may have been first, with another key of that name.
  await openSentinels(database, ring)
}

async function openSentinels(database: Database, ring: KeyRing): Promise<void> {
  const rows = await database.tokenKeyCheck.findMany({ where: { kid: { in: [...ring.kids] } } })
  for (const row of rows)
    if (!opens(() => row.sentinel === SENTINEL))
      throw new TokenKeyError(`Key ${row.kid} of TOKEN_ENCRYPTION_KEYS is not the key this database was sealed with`)
}

function opens(read: () => boolean): boolean {
  try {
    return read()
  } catch (error) {
    if (error instanceof UnreadableTokens) return false
    throw error
  }
}

const Usage = z.array(z.object({ kid: z.string(), count: z.number().int() }))

/** How many stored values each key id has sealed, sentinels aside. */
export async function keysInUse(database: Database): Promise<ReadonlyMap<string, number>> {
  const values = Prisma.join(
    COLUMNS.map(({ table, column }) => Prisma.sql`SELECT ${name(column)} AS sealed FROM ${name(table)}`),
    ' UNION ALL ',
  )
  const rows = await database.$queryRaw`
    SELECT split_part(sealed, '.', 2) AS kid, count(*)::int AS count FROM (${values}) AS stored
    WHERE sealed IS NOT NULL GROUP BY 1 ORDER BY 1`
  return new Map(Usage.parse(rows).map(({ kid, count }) => [kid, count]))
}

export interface RotationOptions {
  readonly batchSize?: number
  /** Told after each batch what has been done so far. */
  readonly onBatch?: (progress: RotationResult) => void | Promise<void>
}

export interface RotationResult {
  readonly resealed: number
  /** Values that no key opens. They stay as they are; their tenants must reconnect. */
  readonly unreadable: number
  /** Key ids that nothing uses any more and that have left the configuration. */
  readonly retired: readonly string[]
}

const BATCH = 100

/**
 * Seals every stored value under the first key. May be stopped and started again at any time, beside running processes:
 * a value that changed meanwhile is left to the next pass.
 */
export async function rotateTokenKeys(
  database: Database,
  ring: KeyRing,
  { batchSize = BATCH, onBatch }: RotationOptions = {},
): Promise<RotationResult> {
  let resealed = 0
  let unreadable = 0
  let overtaken = true
  while (overtaken) {
    overtaken = false
    unreadable = 0
    for (const sealed of COLUMNS) {
      for await (const batch of outdated(database, ring, sealed, batchSize)) {
        for (const row of batch) {
          const outcome = await reseal(database, ring, sealed, row)
          if (outcome === 'resealed') resealed += 1
          else if (outcome === 'unreadable') unreadable += 1
          else overtaken = true
        }
        await onBatch?.({ resealed, unreadable, retired: [] })
      }
    }
  }
  return { resealed, unreadable, retired: await forgetRetired(database, ring) }
}

const Row = z.object({
  id: z.string(),
  tenantId: z.string(),
  provider: z.string(),
  version: z.number().int(),
  sealed: z.string(),
})
type Row = z.infer<typeof Row>

async function* outdated(
  database: Database,
  ring: KeyRing,
  { table, column, versionColumn }: SealedField,
  size: number,
) {
  const counter = versionColumn === undefined ? Prisma.sql`1` : name(versionColumn)
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const found = await database.$queryRaw`
      SELECT id::text, tenant_id::text AS "tenantId", provider::text, ${counter} AS version, ${name(column)} AS sealed
      FROM ${name(table)}
      WHERE ${name(column)} IS NOT NULL AND split_part(${name(column)}, '.', 2) <> ${ring.primary} AND id > ${after}::uuid
      ORDER BY id LIMIT ${size}`
    const rows = z.array(Row).parse(found)
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows
    after = last.id
  }
}

async function reseal(
  database: Database,
  ring: KeyRing,
  { table, column }: SealedField,
  { id, tenantId, provider, version, sealed }: Row,
): Promise<'resealed' | 'unreadable' | 'overtaken'> {
  const context = { table, field: column, rowId: id, tenantId, provider, version }
  let text: string
  try {
    text = ring.open(context, sealed)
  } catch (error) {
    if (error instanceof UnreadableTokens) return 'unreadable'
    throw error
  }
  // Only over what was read: a refresh that came first has newer tokens.
  const count = await database.$executeRaw`
    UPDATE ${name(table)} SET ${name(column)} = ${ring.seal(context, text)}
    WHERE id = ${id}::uuid AND ${name(column)} = ${sealed}`
  return count === 1 ? 'resealed' : 'overtaken'
}

async function forgetRetired(database: Database, ring: KeyRing): Promise<string[]> {
  const used = [...(await keysInUse(database)).keys()]
  const rows = await database.tokenKeyCheck.findMany({
    where: { kid: { notIn: [...used, ...ring.kids] } },
    select: { kid: true },
  })
  const retired = rows.map(({ kid }) => kid)
  await database.tokenKeyCheck.deleteMany({ where: { kid: { in: retired } } })
  return retired
}
