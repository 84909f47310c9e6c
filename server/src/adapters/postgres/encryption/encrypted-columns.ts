import { z } from 'zod'
import { Prisma } from '../generated/client.ts'
import { type Relations, SEALED, type SealedField, sealArguments } from './encrypted-writes.ts'
import type { KeyRing } from './key-ring.ts'

const RuntimeModels = z.object({
  models: z.record(
    z.string(),
    z.object({ fields: z.array(z.object({ name: z.string(), kind: z.string(), type: z.string() })) }),
  ),
})

/** Prisma 7 offers no public list of relations; this is where its client keeps it. It fails here, at start, should that change. */
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

/**
 * Seals the columns of {@link SEALED} on every write and opens them on access, each bound to its row.
 * A value that does not open throws UnreadableTokens when it is touched, so one bad row is its own tenant's trouble only.
 * Raw SQL sees sealed text.
 */
export const sealedFields = (ring: KeyRing) =>
  Prisma.defineExtension((client) => {
    const relations = relationsOf(client)
    const open = (sealed: SealedField, row: OwnedRow, version: number, text: string): string =>
      ring.open(
        {
          table: sealed.table,
          field: sealed.column,
          rowId: row.id,
          tenantId: row.tenantId,
          provider: row.provider,
          version,
        },
        text,
      )
    return client.$extends({
      name: 'sealed-fields',
      query: {
        $allModels: {
          $allOperations: ({ model, args, query }) =>
            query(sealArguments(ring, relations, model, { ...args }) as typeof args),
        },
      },
      result: {
        calendarConnection: {
          tokenCache: {
            needs: { id: true, tenantId: true, provider: true, tokenVersion: true, tokenCache: true },
            compute: (row) =>
              row.tokenCache === null ? null : open(SEALED.CalendarConnection, row, row.tokenVersion, row.tokenCache),
          },
        },
        connectedCalendar: {
          name: {
            needs: { id: true, tenantId: true, provider: true, name: true },
            compute: (row) => open(SEALED.ConnectedCalendar, row, 1, row.name),
          },
        },
        oAuthAttempt: {
          codeVerifier: {
            needs: { id: true, tenantId: true, provider: true, codeVerifier: true },
            compute: (row) => open(SEALED.OAuthAttempt, row, 1, row.codeVerifier),
          },
        },
        tokenKeyCheck: {
          sentinel: {
            needs: { kid: true, sentinel: true },
            compute: (row) =>
              open(SEALED.TokenKeyCheck, { id: row.kid, tenantId: '-', provider: '-' }, 1, row.sentinel),
          },
        },
      },
    })
  })
