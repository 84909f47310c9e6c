import { type Defence, inFile } from './defence.ts'

/** What an outage leaves behind is taken up when it is over. */
export const OUTAGES: readonly Defence[] = [
  ...inFile('adapters/postgres/connections/connection-store.ts', 'test/faults/outbox-waits.test.ts', [
    [
      'F-26 a read that ends',
      'waking all that waits',
      'if (before.receives && before.failed) await',
      'if (before === null) await',
    ],
    [
      'F-26 a listing',
      'waking at a listing',
      "if (account?.status !== 'BLOCKING') await makeOneDue(database, tenantId)",
      '',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/outbox-jobs.ts', 'test/faults/outbox-waits.test.ts', [
    ['F-26 a read that succeeds', 'waking one alone', 'ORDER BY j.run_at LIMIT 1', ''],
    [
      'F-26 a read that ends',
      'telling an outage from a refusal',
      'AND b.event_failure = ANY (',
      'AND b.event_failure <> ALL (',
    ],
  ]),
  ...inFile('adapters/postgres/prisma-adapter.ts', 'test/postgres/transactions.test.ts', [
    [
      'sends none of the writes',
      'an end to statements',
      "over = query.sql === 'COMMIT' || query.sql === 'ROLLBACK'",
      '',
    ],
    [
      'does not take its own row',
      'an end to reads',
      'if (over) throw new TransactionOver()\n      return queryRaw(query)',
      'return queryRaw(query)',
    ],
  ]),
  ...inFile('adapters/postgres/database-errors.ts', 'test/postgres/transactions.test.ts', [
    ['F-64', 'sessions ended for idleness', '|25P0[34]', ''],
    ['F-64', 'a lock not had in time', '|55P03', ''],
  ]),
  ...inFile('cli/rotate-token-keys.ts', 'test/faults/key-rotation.test.ts', [
    ['TS-14 waits', 'trying again', 'if (!isUnavailable(error)) throw error', 'throw error'],
    ['TS-14 gives up', 'an end to it', '>= PATIENCE_MS', '>= 600_000'],
    [
      'TS-14 goes on',
      'going on after a batch',
      '    } catch (error) {\n      if (!isUnavailable(error)) throw error\n      before = now',
      '    } catch (error) {\n      if (!isUnavailable(error) || now > 0) throw error\n      before = now',
    ],
  ]),
]
