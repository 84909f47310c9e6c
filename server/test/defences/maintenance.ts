import { type Defence, inFile } from './defence.ts'

const TEST = 'test/faults/maintenance.test.ts'

export const MAINTENANCE: readonly Defence[] = [
  ...inFile('adapters/postgres/connections/maintenance-store.ts', TEST, [
    [
      'one that a page',
      'another try within minutes',
      'const moment = soonerWhileFailing(NEXT, Prisma.sql`c.failure_reason`)',
      'const moment = NEXT',
    ],
  ]),
  ...inFile('adapters/postgres/connections/connection-store.ts', TEST, [
    [
      'one that a page',
      'a try within minutes of a failure',
      'soonerWhileFailing(Prisma.sql`c.maintain_at`, Prisma.sql`',
      "soonerWhileFailing(Prisma.sql`c.maintain_at`, Prisma.sql`'none' || ",
    ],
  ]),
  ...inFile('adapters/postgres/connections/failing-turn.ts', TEST, [
    [
      'one that a page',
      'leaving those that wait for people',
      'CALENDAR_FAILURES.filter(isTransient)',
      'CALENDAR_FAILURES',
    ],
  ]),
  ...inFile('adapters/postgres/connections/maintenance-store.ts', TEST, [
    [
      'two processes that maintain',
      'leaving what another has taken',
      '} FOR UPDATE SKIP LOCKED))\n        RETURNING',
      '}))\n        RETURNING',
    ],
    [
      'two processes that maintain',
      'the turn of new connections',
      'AND maintain_at IS NULL',
      "AND maintain_at < '2000-01-01'",
    ],
    ['spread accounts', 'a moment of its own', 'Prisma.sql`c.id`', "Prisma.sql`'the same'`"],
    ['of a process that has crashed', 'an end to what was taken', 'TAKEN_MINUTES = 5', 'TAKEN_MINUTES = 50'],
    ['never pile up', 'the key of a page', "job_key => page.key,\n          job_key_mode => 'preserve_run_at',\n", ''],
    ['never pile up', 'one page at a time', ",\n          flags => ARRAY['maintain'])", ')'],
    [
      'never pile up',
      'leaving the key of a page that is executed',
      "WHERE NOT EXISTS (SELECT 1 FROM graphile_worker.jobs j WHERE j.key = 'maintain:' || n AND j.locked_at IS NOT NULL)",
      '',
    ],
  ]),
  ...inFile('adapters/postgres/connections/maintenance-store.ts', 'test/postgres/plans.test.ts', [
    [
      'by when they are',
      'a comparison that uses the index',
      'maintain_at <= statement_timestamp()`',
      'maintain_at <= clock_timestamp()`',
    ],
  ]),
  ...inFile('adapters/postgres/own-steps.ts', TEST, [
    ['spread accounts', 'steps of one length', 'to_timestamp((floor((extract', 'to_timestamp((((extract'],
  ]),
  ...inFile('adapters/postgres/bookings/event-comparisons.ts', 'test/postgres/plans.test.ts', [
    ['by few statements', 'one statement for all', 'HAVING count(*) > 0`', 'GROUP BY t.tenant_id`'],
  ]),
  ...inFile('services/maintain-connections.ts', TEST, [
    ['two processes that maintain', 'the next turn', 'await maintenance.recordMaintained(connection.id)', ''],
    ['F-08 one that stops', 'leaving before a provider has answered', 'Promise.race([all, stopped])', 'all'],
    ['F-08 one that stops', 'giving back', 'maintenance.giveBack([...left]).catch(() => {})', 'undefined'],
    ['a fault at one', 'the turn of the others', 'Promise.allSettled(\n      due.map(', 'Promise.all(\n      due.map('],
    [
      'an outage of the provider',
      'leaving failures that pass to whoever reads next',
      'if (!isTransient(read.failure.reason)) await',
      'await',
    ],
  ]),
  ...inFile('services/client-retention.ts', 'src/services/client-retention.test.ts', [
    ['has a turn for every', 'a bound of bookings, not of practices', 'erased < MOST_BOOKINGS; )', 'erased < 1_000; )'],
    ['ends after a hundred', 'a bound', 'batch === BATCH && erased < MOST_BOOKINGS', 'batch === BATCH'],
    ['ends between two', 'the look at the signal', 'stopping?.throwIfAborted()', ''],
  ]),
]
