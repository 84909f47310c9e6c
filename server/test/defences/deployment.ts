import { type Defence, inFile } from './defence.ts'

export const DEPLOYMENT: readonly Defence[] = [
  ...inFile('../dev/build.ts', 'test/dev/build.test.ts', [
    ['leaves what was built before', 'looking for the compiler', '!fs.existsSync(COMPILER)', 'false'],
    ['makes the database’s client first', 'looking for the client', '!fs.existsSync(CLIENT) &&', 'false &&'],
  ]),
  ...inFile('../../render.yaml', 'test/security/hosting.test.ts', [
    ['asks for the day', 'one of the days', '      - key: GOOGLE_CLIENT_SECRET_ENDS\n        sync: false\n', ''],
    ['uses only fields', 'the field’s right name', 'maxShutdownDelaySeconds:', 'maxShutdownDelay:'],
  ]),
  ...inFile('../deploy/Dockerfile', 'test/dev/container.test.ts', [
    ['runs as a user who is not root', 'the user', 'USER node\nEXPOSE', 'EXPOSE'],
    [
      'migrates by a stage of its own',
      'the user',
      'USER node\nCMD ["node", "node_modules/prisma',
      'CMD ["node", "node_modules/prisma',
    ],
    [
      'takes along only what',
      'leaving out what only migrates',
      'RUN npm uninstall --no-save --omit=dev prisma tsx typescript\n',
      '',
    ],
    ['leaves out no package', 'keeping what is imported', 'prisma tsx typescript', 'prisma tsx typescript pg'],
    ['runs as a user who is not root', 'the look at the process alone', "+ '/healthz'", "+ '/readyz'"],
    ['takes along only what', 'pruning', 'RUN npm prune --omit=dev\n', ''],
  ]),
  ...inFile('../deploy/compose.yaml', 'test/dev/container.test.ts', [
    ['gives the app a root that is read-only', 'the read-only root', '  read_only: true\n', ''],
    ['has PostgreSQL 17', 'migrating first', '      migrate: { condition: service_completed_successfully }\n', ''],
    ['has PostgreSQL 17', 'loopback', '"127.0.0.1:3000:3000"', '"3000:3000"'],
  ]),
  ...inFile('../../.env.example', 'test/dev/dev.test.ts', [
    ['npm run dev serves', 'leaving the choice of calendars open', 'CALENDAR_ADAPTERS=\n', 'CALENDAR_ADAPTERS=real\n'],
  ]),
  ...inFile('../../.github/workflows/ci.yml', 'test/dev/workspace.test.ts', [
    ['is the same for developers', 'the release between', '[20, 22, 24]', '[20, 24]'],
  ]),
  ...inFile('../../.github/workflows/audit.yml', 'test/dev/workspace.test.ts', [
    ['is a workflow of its own', 'the clock', '  schedule:\n', ''],
  ]),
  ...inFile('../dev/sbom.ts', 'test/dev/workspace.test.ts', [
    [
      'printed whole in a shell of production',
      'the packages that development needs as well',
      ", '--include', 'dev'",
      '',
    ],
  ]),
  ...inFile('start-failure.ts', 'src/start-failure.test.ts', [
    ['says port_refused', 'the reason of a port that is not ours to take', "  [/^EACCES$/, 'port_refused'],\n", ''],
  ]),
  ...inFile('../dev/bill-of-materials.ts', 'test/dev/workspace.test.ts', [
    ['is refused where it lacks', 'the look into the lock', 'if (missing.length > 0)', 'if (missing.length > 99)'],
    [
      'is of what production installs',
      'leaving out development',
      '!properties.some(({ name }) => name === DEVELOPMENT)',
      'properties.length < 9',
    ],
  ]),
  ...inFile(
    '../../prisma/migrations/20261127064000_notice_changed_events/migration.sql',
    'test/dev/migrations.test.ts',
    [
      [
        'holds up no bookings',
        'the look at every file',
        '-- When each written event is next compared',
        'CREATE INDEX "i" ON "booking" ("created_at"); -- When each written event is next compared',
      ],
    ],
  ),
]
