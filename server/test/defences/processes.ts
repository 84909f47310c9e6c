import { type Defence, inFile } from './defence.ts'

const POOL = 'test/postgres/pool.test.ts'
const APART = 'test/faults/process-types.test.ts'

export const PROCESSES: readonly Defence[] = [
  ...inFile('adapters/postgres/client.ts', POOL, [
    ['begins with nothing that', 'the time limits', 'SET statement_timeout = 10000; ', ''],
    [
      'begins with nothing that',
      'settings by statements',
      "application_name: 'booking',",
      "application_name: 'booking',\n    statement_timeout: 10_000,",
    ],
    [
      'is given up where',
      'an end to the wait for the settings',
      'Promise.race([client.query(SETTINGS), late])',
      'client.query(SETTINGS)',
    ],
  ]),
  ...inFile('di.ts', POOL, [
    ['is one of as many', 'the size that is configured', 'maxConnections: config.databasePoolSize,', ''],
  ]),
  ...inFile('config-fields.ts', POOL, [
    [
      'a pool is no smaller',
      'the look at what jobs need',
      'if (env.DATABASE_POOL_SIZE >= fewest) return []',
      'return []',
    ],
  ]),
  ...inFile('application.ts', APART, [
    [
      'one serves pages',
      'leaving the jobs to others',
      "const takesJobs = config.processType !== 'web'",
      'const takesJobs = true',
    ],
  ]),
  ...inFile('di.ts', APART, [
    ['one serves pages', 'leaving the pages to others', "config.processType === 'worker'", 'false'],
  ]),
  ...inFile('jobs/worker.ts', APART, [
    ['one serves pages', 'the tables of the queue', 'await prepareQueue(pool, log)', ''],
    [
      'is not ready while it leaves',
      'not being ready',
      'stop: async () => {\n      running = false',
      'stop: async () => {\n      running = true',
    ],
  ]),
  ...inFile('adapters/prometheus/gauges.ts', APART, [
    [
      'one serves pages',
      'no number of a worker where there is none',
      'if (takesJobs === undefined) worker.remove()',
      'if (takesJobs === undefined) worker.set(0)',
    ],
  ]),
]
