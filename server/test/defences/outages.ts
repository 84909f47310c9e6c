import { type Defence, inFile } from './defence.ts'

/** What an outage leaves behind is taken up when it is over. */
export const OUTAGES: readonly Defence[] = [
  ...inFile('adapters/postgres/connections/connection-store.ts', 'test/faults/outbox-waits.test.ts', [
    ['F-26 a read that ends', 'waking all that waits', 'if (before.receives && before.failed) await', 'if (before === null) await'],
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
