import { z } from 'zod'
import { UnreadableTokens } from '../../../ports/token-vault.ts'
import type { Database } from '../client.ts'
import { Prisma } from '../generated/client.ts'
import { ENCRYPTED_COLUMNS, type EncryptedColumn } from './encrypted-writes.ts'
import type { KeyRing } from './key-ring.ts'

/** The configured keys do not fit the database. Names key ids and counts, never a key. */
export class TokenKeyError extends Error {
  override readonly name = 'TokenKeyError'
}

const COLUMNS: readonly EncryptedColumn[] = Object.values<EncryptedColumn>(ENCRYPTED_COLUMNS).filter(
  (column) => column !== ENCRYPTED_COLUMNS.sentinel,
)
const SENTINEL = 'booking token key'

const name = (identifier: string): Prisma.Sql => Prisma.raw(`"${identifier}"`)

/**
 * Run before the program listens: every configured key decrypts the sentinel it encrypted when it was first seen, and every
 * key in use is configured. Writes nothing but the sentinels of keys it sees for the first time.
 *
 * @throws TokenKeyError where a key is missing, or is another one than its key id says.
 */
export async function checkKeys(database: Database, ring: KeyRing): Promise<void> {
  await checkSentinels(database, ring)
  for (const [kid, count] of await keysInUse(database))
    if (!ring.kids.includes(kid))
      throw new TokenKeyError(`TOKEN_ENCRYPTION_KEYS lacks key ${kid}, which ${count} stored values still use`)
  await database.tokenKeyCheck.createMany({
    data: ring.kids.map((kid) => ({ kid, sentinel: SENTINEL })),
    skipDuplicates: true,
  })
  // Another process may have written the sentinel of this key id first, with another key.
  await checkSentinels(database, ring)
}

/**
 * Whether this process reads what others store: its keys decrypt their sentinels, and no account's tokens are under a key
 * that came after all of its own. Tokens are looked at only where there is such a key, as while keys are rotated.
 */
export async function readsEveryKey(database: Database, ring: KeyRing): Promise<boolean> {
  const rows = await database.tokenKeyCheck.findMany()
  const own = rows.filter(({ kid }) => ring.kids.includes(kid))
  if (!own.every((row) => decrypts(() => row.sentinel === SENTINEL))) return false
  const newest = Math.max(...own.map(({ createdAt }) => createdAt.getTime()))
  const later = rows.filter((row) => !own.includes(row) && row.createdAt.getTime() > newest).map(({ kid }) => kid)
  if (later.length === 0) return true
  const { table, column } = ENCRYPTED_COLUMNS.tokenCache
  const used = await database.$queryRaw`
    SELECT 1 FROM ${name(table)} WHERE split_part(${name(column)}, '.', 2) = ANY (${later}) LIMIT 1`
  return z.array(z.unknown()).parse(used).length === 0
}

async function checkSentinels(database: Database, ring: KeyRing): Promise<void> {
  const rows = await database.tokenKeyCheck.findMany({ where: { kid: { in: [...ring.kids] } } })
  for (const row of rows)
    if (!decrypts(() => row.sentinel === SENTINEL))
      throw new TokenKeyError(`Key ${row.kid} of TOKEN_ENCRYPTION_KEYS is not the key this database was encrypted with`)
}

function decrypts(read: () => boolean): boolean {
  try {
    return read()
  } catch (error) {
    if (error instanceof UnreadableTokens) return false
    throw error
  }
}

const Usage = z.array(z.object({ kid: z.string(), count: z.number().int() }))

/** How many stored values are encrypted under each key id; sentinels do not count. */
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
  /** Called after each batch with the sums so far. */
  readonly onBatch?: (progress: RotationResult) => void | Promise<void>
}

export interface RotationResult {
  readonly reencrypted: number
  /** Values that no key decrypts. They stay as they are; their tenants must reconnect. */
  readonly unreadable: number
  /** Key ids that are no longer configured and that no value uses: their sentinels were removed. */
  readonly retired: readonly string[]
}

const BATCH = 100

/**
 * Encrypts every stored value again under the first key. May be stopped and started again at any time, beside running
 * processes: a value that changed meanwhile is left to the next pass.
 */
export async function rotateTokenKeys(
  database: Database,
  ring: KeyRing,
  { batchSize = BATCH, onBatch }: RotationOptions = {},
): Promise<RotationResult> {
  let reencrypted = 0
  let unreadable = 0
  let overtaken = true
  while (overtaken) {
    overtaken = false
    unreadable = 0
    for (const encrypted of COLUMNS) {
      for await (const batch of outdated(database, ring, encrypted, batchSize)) {
        for (const row of batch) {
          const outcome = await reencrypt(database, ring, encrypted, row)
          if (outcome === 'reencrypted') reencrypted += 1
          else if (outcome === 'unreadable') unreadable += 1
          else overtaken = true
        }
        await onBatch?.({ reencrypted, unreadable, retired: [] })
      }
    }
  }
  return { reencrypted, unreadable, retired: await forgetRetired(database, ring) }
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
  { table, column, versionColumn }: EncryptedColumn,
  size: number,
) {
  const counter = versionColumn === undefined ? Prisma.sql`1` : name(versionColumn)
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const found = await database.$queryRaw`
      SELECT id::text, tenant_id::text AS "tenantId", provider::text, ${counter} AS version, ${name(column)} AS sealed
      FROM ${name(table)}
      WHERE ${name(column)} IS NOT NULL AND split_part(${name(column)}, '.', 2) <> ${ring.firstKid} AND id > ${after}::uuid
      ORDER BY id LIMIT ${size}`
    const rows = z.array(Row).parse(found)
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows
    after = last.id
  }
}

async function reencrypt(
  database: Database,
  ring: KeyRing,
  { table, column }: EncryptedColumn,
  { id, tenantId, provider, version, sealed }: Row,
): Promise<'reencrypted' | 'unreadable' | 'overtaken'> {
  const identity = { table, field: column, rowId: id, tenantId, provider, version }
  let text: string
  try {
    text = ring.decrypt(identity, sealed)
  } catch (error) {
    if (error instanceof UnreadableTokens) return 'unreadable'
    throw error
  }
  // Only over the value that was read: a refresh may have stored newer tokens meanwhile.
  const count = await database.$executeRaw`
    UPDATE ${name(table)} SET ${name(column)} = ${ring.encrypt(identity, text)}
    WHERE id = ${id}::uuid AND ${name(column)} = ${sealed}`
  return count === 1 ? 'reencrypted' : 'overtaken'
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
