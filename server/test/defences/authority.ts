import { type Defence, inAdapter, inFile } from './defence.ts'

const outcomes = [
  ...inFile('http/pages/settings-outcome-words.ts', 'test/http/settings-outcomes.test.ts', [
    [
      'never contradict',
      'the look at what is connected',
      'const context = { label: label ?? settingsCalendar.yourCalendar, kept,',
      'const context = { label: label ?? settingsCalendar.yourCalendar, kept: undefined,',
    ],
    [
      'never contradict',
      'the look whether it works',
      'overview.connection && !isUnhealthy(overview.health.state)',
      'overview.connection',
    ],
  ]),
  ...inFile('http/pages/settings-calendar.tsx', 'test/http/settings-outcomes.test.ts', [
    ['offers the same again', 'trying again after too little', "  'insufficient_scope',\n", ''],
    [
      'each section with a button',
      'the words before trying again',
      '          <BeforeSignIn providers={[features]} />\n          <div class="row">',
      '          <div class="row">',
    ],
    [
      'each section with a button',
      'the words before reconnecting',
      '          <BeforeSignIn providers={[features]} />\n          <ConnectButton',
      '          <ConnectButton',
    ],
  ]),
  ...inFile('http/pages/settings-outcome-words.ts', 'test/http/settings-outcomes.test.ts', [
    ['never contradict', 'the look at what was ticked of', "    case 'none_ticked':\n", ''],
  ]),
  ...inFile('http/pages/settings-connect.tsx', 'test/http/settings-outcomes.test.ts', [
    [
      'each section with a button',
      'the words before connecting',
      '    <BeforeSignIn providers={providers.map(({ features }) => features)} />\n',
      '',
    ],
  ]),
  ...inFile('http/pages/settings-account.tsx', 'test/http/settings-outcomes.test.ts', [
    [
      'each section with a button',
      'the words before another account',
      '      <BeforeSignIn providers={[features, ...others.map((other) => other.features)]} />\n',
      '',
    ],
    [
      'each section with a button',
      'the words before another level',
      '      <BeforeSignIn providers={[features]} />\n',
      '',
    ],
  ]),
]

const administrators = [
  ...inFile('services/admin-consent.ts', 'test/security/accounts.test.ts', [
    [
      'OA-41 who approves',
      'the end of a link',
      "      if (until <= clock.now()) return { outcome: 'late', tenantId }\n",
      '',
    ],
  ]),
  ...inFile('http/routes/calendar-callback.ts', 'test/http/calendar-callback.test.ts', [
    [
      'OA-41 is welcomed late',
      'a page of its own',
      "      if (outcome === 'late') return show(res, administratorDonePage({ outcome, practice }), 'malformed')\n      const user = await find(req)\n",
      "      const user = await find(req)\n      if (outcome === 'late') return goToSettings(req, res, 'approved', req.params.provider)\n",
    ],
  ]),
  ...inFile('http/pages/settings-calendar.tsx', 'test/http/administrator-link.test.ts', [
    [
      'is found before',
      'the link before a failure',
      '              <AskAdministratorFirst providers={overview.providers} chosen={chosen} />\n',
      '',
    ],
  ]),
]

/** The way to the provider and back. */
export const AUTHORITY: readonly Defence[] = [
  ...outcomes,
  ...administrators,
  ...inFile('http/routes/settings-calendar.ts', 'test/security/leaving.test.ts', [
    [
      'OA-23',
      'leaving by a page',
      'leave(res, url, leavingPage({ features, href: url.href }))',
      'res.redirect(303, url.href)',
    ],
  ]),
  ...inFile('http/page-responses.ts', 'test/security/leaving.test.ts', [
    ['OA-23', 'going on without a hand', "res.set('Refresh', ", "res.set('X-Refresh', "],
  ]),
  ...inAdapter('identity/authority.ts', 'authority.test.ts', [
    ['OA-33 as its', 'refusing strangers', '!isTrusted(new URL(text), config.authorityUrl)', 'false'],
    [
      'OA-33 as its',
      'telling a refusal from an absence',
      'refused ? failure : documented(config)',
      'documented(config)',
    ],
    ['OA-33 missing', 'the documented form', 'refused ? failure : documented(config)', 'failure'],
    ['OA-33 slow', 'a deadline of its own', 'startDeadline(clock, metadataMs)', 'startDeadline(clock, 600_000)'],
    ['OA-33 metadata without end', 'the bound of the metadata', 'maxBytes: MAX_METADATA_BYTES', 'maxBytes: 50_000_000'],
    ['OA-33 China', 'the issuer of the metadata', "issuer: named('issuer')", 'issuer: documented(config).issuer'],
    [
      'is asked for once',
      'one read for all',
      "this.#reads.run('metadata', () => this.#renew(), signal)",
      'this.#renew()',
    ],
    [
      'is asked for again after',
      'keeping what was read',
      'until: this.#parts.clock.now().getTime() + milliseconds',
      'until: 0',
    ],
    [
      'is asked for again after',
      'what was known before',
      'if (known !== undefined && !(known instanceof CalendarError)) return this.#keep(known, RETRY_MS)\n',
      '',
    ],
    [
      'OA-33 closes nothing',
      'an end of the refusal',
      'failure : documented(config), RETRY_MS)',
      'failure : documented(config), LIVES_MS)',
    ],
  ]),
  ...inAdapter('identity/authority-hosts.ts', 'authority.test.ts', [
    ['OA-33 as its', 'https for Microsoft’s hosts', "protocol === 'https:' && port", 'port'],
    ['OA-33 as its', 'the usual port', "port === '' && MICROSOFT_HOSTS", 'MICROSOFT_HOSTS'],
    [
      'OA-33 as its',
      'refusing credentials in an address',
      "if (username !== '' || password !== '') return false\n",
      '',
    ],
    ['OA-33 as its', 'the port of this machine', ' && port === authority.port\n', '\n'],
    [
      'OA-33 China',
      'the list of hosts',
      '&& MICROSOFT_HOSTS.has(hostname)',
      "&& hostname === 'login.microsoftonline.com'",
    ],
  ]),
  ...inAdapter('identity/id-token.ts', 'authority.test.ts', [
    [
      'OA-33 China',
      'the issuer of the metadata',
      'issuer: forTenant(issuer, tid)',
      "issuer: config.authorityUrl.concat('/', tid, '/v2.0')",
    ],
  ]),
  ...inFile('adapters/microsoft-calendar/identity/authority.ts', 'test/security/leaving.test.ts', [
    ['OA-33 an authority', 'refusing strangers', '!isTrusted(new URL(text), config.authorityUrl)', 'false'],
  ]),
]
