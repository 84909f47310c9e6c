import type { Prisma } from '../generated/client.ts'
import type { KeyRing, SealContext } from './key-ring.ts'

/** A sealed column: how its row is named in the additional data. */
export interface SealedField {
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

/** The one list of sealed columns, by Prisma's name of the model. Each has a CHECK in the migrations. */
export const SEALED = {
  CalendarConnection: {
    table: 'calendar_connection',
    column: 'token_cache',
    field: 'tokenCache',
    row: 'id',
    version: 'tokenVersion',
    versionColumn: 'token_version',
    owned: true,
  },
  ConnectedCalendar: { table: 'connected_calendar', column: 'name', field: 'name', row: 'id', owned: true },
  OAuthAttempt: {
    table: 'oauth_attempt',
    column: 'code_verifier',
    field: 'codeVerifier',
    row: 'id',
    owned: true,
  },
  TokenKeyCheck: { table: 'token_key_check', column: 'sentinel', field: 'sentinel', row: 'kid', owned: false },
} as const satisfies Readonly<Partial<Record<Prisma.ModelName, SealedField>>>

const fields: Readonly<Record<string, SealedField | undefined>> = SEALED

/** The fields of a model that lead to another model, and to which. */
export type Relations = Readonly<Record<string, Readonly<Record<string, string>>>>

/** A write that would store a sealed column without knowing which row it is for. A mistake in our code, never in the input. */
export class UnsealableWrite extends Error {
  override readonly name = 'UnsealableWrite'
}

type Row = Readonly<Record<string, unknown>>

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null

/** Write arguments as the database may see them: sealed columns sealed, and refused where that cannot be done right. */
export function sealArguments(ring: KeyRing, relations: Relations, model: string, args: Row): Row {
  for (const part of [args.data, args.create, args.update]) refuseNested(relations, model, part)
  const sealed = fields[model]
  if (sealed === undefined) return args
  const { data, create, update, where } = args
  return {
    ...args,
    ...(data === undefined ? {} : { data: sealEach(ring, sealed, data, where) }),
    ...(create === undefined ? {} : { create: sealEach(ring, sealed, create, undefined) }),
    ...(update === undefined ? {} : { update: sealEach(ring, sealed, update, where) }),
  }
}

const sealEach = (ring: KeyRing, sealed: SealedField, data: unknown, where: unknown): unknown =>
  Array.isArray(data)
    ? data.map((row: unknown) => (isRow(row) ? sealRow(ring, sealed, row, {}) : row))
    : isRow(data)
      ? sealRow(ring, sealed, data, isRow(where) ? where : {})
      : data

function sealRow(ring: KeyRing, sealed: SealedField, data: Row, where: Row): Row {
  const given = data[sealed.field]
  const text = isRow(given) && 'set' in given ? given.set : given
  if (text === undefined) return keepsIdentity(sealed, data, where)
  if (text === null) return data
  if (typeof text !== 'string')
    throw new UnsealableWrite(`${sealed.table}.${sealed.column} must be written as plain text`)
  const rowId = literal(sealed, sealed.row, data, where)
  const context: SealContext = {
    table: sealed.table,
    field: sealed.column,
    rowId,
    tenantId: sealed.owned ? literal(sealed, 'tenantId', data, where) : '-',
    provider: sealed.owned ? literal(sealed, 'provider', data, where) : '-',
    version: sealed.version === undefined ? 1 : version(sealed, sealed.version, data, where),
  }
  // A key's check is sealed under that very key.
  const kid = sealed === SEALED.TokenKeyCheck ? rowId : ring.primary
  return { ...data, [sealed.field]: ring.seal(context, text, kid) }
}

/** Who changes what a value is bound to must write the value anew, or it never opens again. */
function keepsIdentity(sealed: SealedField, data: Row, where: Row): Row {
  const bound = [
    sealed.row,
    ...(sealed.owned ? ['tenantId', 'provider'] : []),
    ...(sealed.version ? [sealed.version] : []),
  ]
  const moved = bound.find((name) => data[name] !== undefined && data[name] !== where[name])
  if (moved !== undefined)
    throw new UnsealableWrite(`${sealed.table}: ${moved} cannot change without ${sealed.field} being written again`)
  return data
}

const plain = (value: unknown): unknown =>
  isRow(value) && 'set' in value ? value.set : isRow(value) && 'equals' in value ? value.equals : value

function literal(sealed: SealedField, name: string, data: Row, where: Row): string {
  const [written, matched] = [plain(data[name]), plain(where[name])]
  const value = written ?? matched
  if (typeof value !== 'string' || (matched !== undefined && matched !== value))
    throw new UnsealableWrite(`A write of ${sealed.table}.${sealed.column} must name its row's ${name} literally`)
  return value
}

/** The version the row will have: what is written, or else what the write insists on finding. */
function version(sealed: SealedField, name: string, data: Row, where: Row): number {
  const value = plain(data[name]) ?? plain(where[name])
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new UnsealableWrite(`A write of ${sealed.table}.${sealed.column} must name its row's ${name} literally`)
  return value
}

const NESTED_WRITES = ['create', 'createMany', 'connectOrCreate', 'update', 'updateMany', 'upsert']

/** Query extensions do not see nested writes (prisma/orm#24525), so none may reach a sealed model. */
function refuseNested(relations: Relations, model: string, data: unknown): void {
  if (Array.isArray(data)) for (const row of data) refuseNested(relations, model, row)
  if (!isRow(data) || Array.isArray(data)) return
  for (const [name, target] of Object.entries(relations[model] ?? {})) {
    const nested = data[name]
    if (!isRow(nested)) continue
    const writes = NESTED_WRITES.filter((operation) => nested[operation] !== undefined)
    if (writes.length > 0 && fields[target] !== undefined)
      throw new UnsealableWrite(`${model}.${name} reaches a sealed column: write ${target} directly`)
    for (const operation of writes)
      for (const row of nestedRows(nested[operation])) refuseNested(relations, target, row)
  }
}

/** Every object in a nested write that may hold columns: the write itself and its data, create and update parts. */
const nestedRows = (write: unknown): unknown[] =>
  (Array.isArray(write) ? write : [write]).flatMap((one: unknown) =>
    isRow(one) ? [one, one.data, one.create, one.update] : [],
  )
