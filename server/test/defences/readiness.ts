import { type Defence, inFile } from './defence.ts'

const DOWN = 'test/faults/database-down.test.ts'
const HEADERS = 'test/http/headers.test.ts'
const BOOT = 'test/security/boot.test.ts'

export const READINESS: readonly Defence[] = [
  ...inFile('adapters/postgres/readiness.ts', DOWN, [
    [
      'that takes no writes',
      'asking whether the database takes writes',
      "current_setting('transaction_read_only') = 'off'",
      'true',
    ],
    [
      'that is not the one',
      'a migration that failed half-way',
      'finished_at IS NOT NULL AND rolled_back_at',
      'rolled_back_at',
    ],
    ['says for how long', 'jobs that wait alone', 'WHERE locked_at IS NULL AND', 'WHERE'],
    ['says for how long', 'jobs that are tried again alone', ' AND attempts < max_attempts', ''],
  ]),
  ...inFile('adapters/postgres/encryption/key-rotation.ts', DOWN, [
    [
      'that is not the one',
      'the sentinels in /readyz',
      'if (!own.every((row) => decrypts(() => row.sentinel === SENTINEL))) return false',
      '',
    ],
    [
      'that is not the one',
      'keys that this process lacks',
      'return z.array(z.unknown()).parse(used).length === 0',
      'return true',
    ],
    [
      'that is not the one',
      'the look whether such a key is used',
      'if (later.length === 0) return true',
      'return later.length === 0',
    ],
  ]),
  ...inFile('http/routes/health.ts', HEADERS, [
    ['is alive', 'migrations in /readyz', 'found.migrations && ', ''],
    ['is alive', 'keys in /readyz', 'found.keys && ', ''],
    ['is alive', 'writes in /readyz', 'found?.database && ', 'found && '],
  ]),
  ...inFile('di.ts', BOOT, [
    ['the database lacks', 'the look at the migrations', '    await checkMigrations(database)\n', ''],
  ]),
]
