import { PrismaPg } from '@prisma/adapter-pg'

type Transaction = Awaited<ReturnType<Awaited<ReturnType<PrismaPg['connect']>>['startTransaction']>>

/** Prisma's own code for an operation that comes too late. The statement was not sent. */
class TransactionOver extends Error {
  override readonly name = 'TransactionOver'
  readonly code = 'P2028'
}

/**
 * PrismaPg whose transactions take no statement after their COMMIT or ROLLBACK. When a transaction exceeds its time, Prisma
 * 7.10 rolls it back behind the statement that is under way and then sends the next statements of the same operation all the
 * same: a read would not find the row just written, and a write would be committed by itself, or in the transaction of
 * whoever has the connection by then.
 */
export class PrismaAdapter extends PrismaPg {
  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect()
    const start = adapter.startTransaction.bind(adapter)
    adapter.startTransaction = async (isolationLevel) => endingOnce(await start(isolationLevel))
    return adapter
  }
}

function endingOnce(transaction: Transaction): Transaction {
  const queryRaw = transaction.queryRaw.bind(transaction)
  const executeRaw = transaction.executeRaw.bind(transaction)
  let over = false
  return Object.assign(transaction, {
    queryRaw: async (query: Parameters<typeof queryRaw>[0]) => {
      if (over) throw new TransactionOver()
      return queryRaw(query)
    },
    executeRaw: async (query: Parameters<typeof executeRaw>[0]) => {
      if (over) throw new TransactionOver()
      over = query.sql === 'COMMIT' || query.sql === 'ROLLBACK'
      return executeRaw(query)
    },
  })
}
