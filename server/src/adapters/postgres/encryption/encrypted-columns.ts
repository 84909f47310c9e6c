import { z } from 'zod'
import { Prisma } from '../generated/client.ts'
import { ENCRYPTED_COLUMNS, type EncryptedColumn, encryptArguments, type Relations } from './encrypted-writes.ts'
import type { KeyRing } from './key-ring.ts'

const RuntimeModels = z.object({
  models: z.record(
    z.string(),
    z.object({ fields: z.array(z.object({ name: z.string(), kind: z.string(), type: z.string() })) }),
  ),
})

/** Prisma 7 has no public list of relations; its client keeps one under this name. Should that change, the parse fails at start. */
function relationsOf(client: object): Relations {
  const { models } = RuntimeModels.parse(Reflect.get(client, '_runtimeDataModel'))
  return Object.fromEntries(
    Object.entries(models).map(([model, { fields }]) => [
      model,
      Object.fromEntries(fields.filter(({ kind }) => kind === 'object').map(({ name, type }) => [name, type])),
    ]),
  )
}

interface OwnedRow {
  readonly id: string
  readonly tenantId: string
  readonly provider: string
}

/** One value, wherever it was read. Throws UnreadableTokens where it does not decrypt. */
export const decryptColumn = (
  ring: KeyRing,
  { table, column: field }: EncryptedColumn,
  { id: rowId, tenantId, provider }: OwnedRow,
  text: string,
  version = 1,
): string => ring.decrypt({ table, field, rowId, tenantId, provider, version }, text)

/**
 * Encrypts {@link ENCRYPTED_COLUMNS} on every write, and decrypts each value when its property is read. A value that does
 * not decrypt throws UnreadableTokens at that moment, so that one bad row fails no query that finds it among others. Raw
 * SQL sees ciphertext.
 */
export const encryptedColumns = (ring: KeyRing) =>
  Prisma.defineExtension((client) => {
    const relations = relationsOf(client)
    const decrypt = (encrypted: EncryptedColumn, row: OwnedRow, version: number, text: string): string =>
      decryptColumn(ring, encrypted, row, text, version)
    return client.$extends({
      name: 'encrypted-columns',
      query: {
        $allModels: {
          $allOperations: ({ model, args, query }) =>
            query(encryptArguments(ring, relations, model, { ...args }) as typeof args),
        },
      },
      result: {
        calendarConnection: {
          tokenCache: {
            needs: { id: true, tenantId: true, provider: true, tokenVersion: true, tokenCache: true },
            compute: (row) =>
              row.tokenCache === null
                ? null
                : decrypt(ENCRYPTED_COLUMNS.tokenCache, row, row.tokenVersion, row.tokenCache),
          },
        },
        connectedCalendar: {
          name: {
            needs: { id: true, tenantId: true, provider: true, name: true },
            compute: (row) => decrypt(ENCRYPTED_COLUMNS.calendarName, row, 1, row.name),
          },
        },
        calendarDetail: {
          ownerName: {
            needs: { id: true, tenantId: true, provider: true, ownerName: true },
            compute: (row) =>
              row.ownerName === null ? null : decrypt(ENCRYPTED_COLUMNS.calendarOwner, row, 1, row.ownerName),
          },
        },
        oAuthAttempt: {
          codeVerifier: {
            needs: { id: true, tenantId: true, provider: true, codeVerifier: true },
            compute: (row) => decrypt(ENCRYPTED_COLUMNS.codeVerifier, row, 1, row.codeVerifier),
          },
        },
        tokenKeyCheck: {
          sentinel: {
            needs: { kid: true, sentinel: true },
            compute: (row) =>
              decrypt(ENCRYPTED_COLUMNS.sentinel, { id: row.kid, tenantId: '-', provider: '-' }, 1, row.sentinel),
          },
        },
      },
    })
  })
