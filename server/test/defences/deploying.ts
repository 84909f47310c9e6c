import { type Defence, inFile } from './defence.ts'

export const DEPLOYING: readonly Defence[] = [
  ...inFile('../../render.yaml', 'test/security/hosting.test.ts', [
    ['keeps the database off the internet', 'the list of addresses that may reach it', '    ipAllowList: []\n', ''],
    [
      'keeps the data in the European Union',
      'a region of the database',
      '    region: frankfurt\n    # Nobody',
      '    # Nobody',
    ],
    [
      'keeps the data in the European Union',
      'a region of the service',
      '    region: frankfurt\n    plan: starter',
      '    plan: starter',
    ],
    [
      'starts without npm',
      'the program itself as what is started',
      'startCommand: node dist/main.js',
      'startCommand: npm start',
    ],
    ['starts without npm', 'the time to stop', '    maxShutdownDelaySeconds: 30\n', ''],
    ['counts three proxies', 'the proxies of the host', 'value: "3"', 'value: "1"'],
  ]),
  ...inFile('http/client-address.ts', 'test/security/proxies.test.ts', [
    ['is warned of once', 'silence after the first', '      quiet = true\n', ''],
    ['is not warned of where', 'looking at the address', "!quiet && isPrivate(req.ip ?? '')", '!quiet'],
    [
      'is not warned of where',
      'leaving loopback alone',
      "let quiet = new URL(appUrl).protocol !== 'https:'",
      'let quiet = false',
    ],
  ]),
  ...inFile('http/app.ts', 'test/security/proxies.test.ts', [
    [
      'is not warned of at',
      'leaving health checks alone',
      '  healthRoutes(app, dependencies)\n',
      '  app.use(warnOfProxyAddress(dependencies))\n  healthRoutes(app, dependencies)\n',
    ],
    ['is warned of once', 'the warning', '  app.use(warnOfProxyAddress(dependencies))\n', ''],
  ]),
]
