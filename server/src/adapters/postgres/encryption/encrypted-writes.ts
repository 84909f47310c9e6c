import type { Prisma } from '../generated/client.ts'
import type { KeyRing, ValueIdentity } from './key-ring.ts'

/** An encrypted column, and what identifies its row in the additional data. */
export interface EncryptedColumn {
  /** Prisma's name of the model; it may have several. */
  readonly model: Prisma.ModelName
  readonly table: string
  readonly column: string
  /** Prisma's name of the column. */
  readonly field: string
  /** Prisma's name of the row's key. */
  readonly row: string
  /** Prisma's and SQL's names of the row's compare-and-set counter; absent: the row has none and the version is 1. */
  readonly version?: string
  readonly versionColumn?: string
  /** Whether the row has a tenant and a provider; `-` stands for both where it has none. */
  readonly owned: boolean
}

/** The one list of encrypted columns. Each has a CHECK in the migrations. */
export const ENCRYPTED_COLUMNS = {
  tokenCache: {
    model: 'CalendarConnection',
    table: 'calendar_connection',
    column: 'token_cache',
    field: 'tokenCache',
    row: 'id',
    version: 'tokenVersion',
    versionColumn: 'token_version',
    owned: true,
  },
  calendarName: {
    model: 'ConnectedCalendar',
    table: 'connected_calendar',
    column: 'name',
    field: 'name',
    row: 'id',
    owned: true,
  },
  calendarOwner: {
    model: 'CalendarDetail',
    table: 'calendar_detail',
    column: 'owner_name',
    field: 'ownerName',
    row: 'id',
    owned: true,
  },
  codeVerifier: {
    model: 'OAuthAttempt',
    table: 'oauth_attempt',
    column: 'code_verifier',
    field: 'codeVerifier',
    row: 'id',
    owned: true,
  },
  sentinel: {
    model: 'TokenKeyCheck',
    table: 'token_key_check',
    column: 'sentinel',
    field: 'sentinel',
    row: 'kid',
    owned: false,
  },
} as const satisfies Readonly<Record<string, EncryptedColumn>>

const columnsOf = (model: string): readonly EncryptedColumn[] =>
  Object.values<EncryptedColumn>(ENCRYPTED_COLUMNS).filter((column) => column.model === model)

/** The fields of a model that lead to another model, and to which. */
export type Relations = Readonly<Record<string, Readonly<Record<string, string>>>>

/** A write of an encrypted column that does not say which row it is for. A mistake in our code, never in the input. */
export class UnencryptableWrite extends Error {
  override readonly name = 'UnencryptableWrite'
}

type Row = Readonly<Record<string, unknown>>

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null

/**
 * The arguments of a Prisma operation with the values of encrypted columns encrypted. Throws {@link UnencryptableWrite}
 * where the arguments do not identify the row.
 */
export function encryptArguments(ring: KeyRing, relations: Relations, model: string, args: Row): Row {
  for (const part of [args.data, args.create, args.update]) refuseNested(relations, model, part)
  return columnsOf(model).reduce((before, encrypted) => encryptColumn(ring, encrypted, before), args)
}

function encryptColumn(ring: KeyRing, encrypted: EncryptedColumn, args: Row): Row {
  const { data, create, update, where } = args
  return {
    ...args,
    ...(data === undefined ? {} : { data: encryptEach(ring, encrypted, data, where) }),
    ...(create === undefined ? {} : { create: encryptEach(ring, encrypted, create, undefined) }),
    ...(update === undefined ? {} : { update: encryptEach(ring, encrypted, update, where) }),
  }
}

const encryptEach = (ring: KeyRing, encrypted: EncryptedColumn, data: unknown, where: unknown): unknown =>
  Array.isArray(data)
    ? data.map((row: unknown) => (isRow(row) ? encryptRow(ring, encrypted, row, undefined) : row))
    : isRow(data)
      ? encryptRow(ring, encrypted, data, isRow(where) ? where : undefined)
      : data

/** `matched`: what the rows to be changed are found by; undefined for a new row. */
function encryptRow(ring: KeyRing, encrypted: EncryptedColumn, data: Row, matched: Row | undefined): Row {
  const where = matched ?? {}
  const given = data[encrypted.field]
  const text = isRow(given) && 'set' in given ? given.set : given
  if (text === undefined) return matched === undefined ? data : keepsIdentity(encrypted, data, where)
  if (text === null) return data
  if (typeof text !== 'string')
    throw new UnencryptableWrite(`${encrypted.table}.${encrypted.column} must be written as plain text`)
  const rowId = literal(encrypted, encrypted.row, data, where)
  const identity: ValueIdentity = {
    table: encrypted.table,
    field: encrypted.column,
    rowId,
    tenantId: encrypted.owned ? literal(encrypted, 'tenantId', data, where) : '-',
    provider: encrypted.owned ? literal(encrypted, 'provider', data, where) : '-',
    version: encrypted.version === undefined ? 1 : version(encrypted, encrypted.version, data, where),
  }
  // The sentinel of a key is encrypted under that key, whichever is the first.
  const kid = encrypted === ENCRYPTED_COLUMNS.sentinel ? rowId : ring.firstKid
  return { ...data, [encrypted.field]: ring.encrypt(identity, text, kid) }
}

/** A write that changes the identity of a row must write its value anew: the old ciphertext would never decrypt again. */
function keepsIdentity(encrypted: EncryptedColumn, data: Row, where: Row): Row {
  const bound = [
    encrypted.row,
    ...(encrypted.owned ? ['tenantId', 'provider'] : []),
    ...(encrypted.version ? [encrypted.version] : []),
  ]
  const moved = bound.find((name) => data[name] !== undefined && data[name] !== where[name])
  if (moved !== undefined)
    throw new UnencryptableWrite(
      `${encrypted.table}: ${moved} cannot change without ${encrypted.field} being written again`,
    )
  return data
}

const plain = (value: unknown): unknown =>
  isRow(value) && 'set' in value ? value.set : isRow(value) && 'equals' in value ? value.equals : value

function literal(encrypted: EncryptedColumn, name: string, data: Row, where: Row): string {
  const [written, matched] = [plain(data[name]), plain(where[name])]
  const value = written ?? matched
  if (typeof value !== 'string' || (matched !== undefined && matched !== value))
    throw new UnencryptableWrite(
      `A write of ${encrypted.table}.${encrypted.column} must name its row's ${name} literally`,
    )
  return value
}

/** The version the row will have: the one written or, where none is, the one that `where` asks for. */
function version(encrypted: EncryptedColumn, name: string, data: Row, where: Row): number {
  const value = plain(data[name]) ?? plain(where[name])
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new UnencryptableWrite(
      `A write of ${encrypted.table}.${encrypted.column} must name its row's ${name} literally`,
    )
  return value
}

const NESTED_WRITES = ['create', 'createMany', 'connectOrCreate', 'update', 'updateMany', 'upsert']

/** Query extensions do not see nested writes (prisma/orm#24525), so none may reach a model with an encrypted column. */
function refuseNested(relations: Relations, model: string, data: unknown): void {
  if (Array.isArray(data)) for (const row of data) refuseNested(relations, model, row)
  if (!isRow(data) || Array.isArray(data)) return
  for (const [name, target] of Object.entries(relations[model] ?? {})) {
    const nested = data[name]
    if (!isRow(nested)) continue
    const writes = NESTED_WRITES.filter((operation) => nested[operation] !== undefined)
    if (writes.length > 0 && columnsOf(target).length > 0)
      throw new UnencryptableWrite(`${model}.${name} reaches an encrypted column: write ${target} directly`)
    for (const operation of writes)
      for (const row of nestedRows(nested[operation])) refuseNested(relations, target, row)
  }
}

/** The objects of a nested write that may name columns: the write itself and its data, create and update parts. */
const nestedRows = (write: unknown): unknown[] =>
  (Array.isArray(write) ? write : [write]).flatMap((one: unknown) =>
    isRow(one) ? [one, one.data, one.create, one.update] : [],
  )
