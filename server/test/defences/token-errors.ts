import { type Defence, inAdapter, inFile } from './defence.ts'

export const TOKEN_ERRORS: readonly Defence[] = [
  ...inAdapter('identity/token-endpoint-errors.ts', 'errors.test.ts', [
    ['F-53', 'own words only', '(Object.hasOwn(BY_ERROR, error) ? BY_ERROR[error] : undefined)', 'BY_ERROR[error]'],
    ['our secret', 'telling our fault from hers', "if (has(CLIENT_REJECTED)) return 'client_rejected'", ''],
  ]),
  ...inAdapter('identity/token-endpoint-errors.ts', 'refusals-of-directories.test.ts', [
    [
      'at a refresh',
      'telling a refresh from redeeming',
      'tenantId === undefined || personal ? redeeming : (refreshing ?? redeeming)',
      'redeeming',
    ],
    [
      'at a refresh',
      'seeing that an Entra tenant is gone',
      'tenantId !== undefined && codes.includes(NO_TENANT)',
      'false',
    ],
    [
      'people of no organisation, refused',
      'telling people from organisations',
      ' || personal ? redeeming',
      ' ? redeeming',
    ],
  ]),
  ...inAdapter('identity/consent.ts', 'refusals-of-directories.test.ts', [
    [
      'of one organisation, is never our fault',
      'hearing that a directory keeps us out',
      "if (!personal && codes.some((code) => KEPT_OUT.has(code))) return 'admin_consent'",
      '',
    ],
  ]),
  ...inAdapter('identity/consent.ts', 'errors.test.ts', [
    [
      'people of no organisation',
      'telling people from organisations',
      "return personal ? 'reconnect' : 'admin_consent'",
      "return 'admin_consent'",
    ],
  ]),
  ...inFile(
    'adapters/microsoft-calendar/identity/consent.ts',
    'src/adapters/microsoft-calendar/identity/consent.test.ts',
    [
      [
        'in a callback and at the token endpoint alike',
        'hearing an administrator’s number in a callback',
        'if (numbers.some((number) => BY_ADMINISTRATOR.has(number) || KEPT_OUT.has(number)))',
        'if (numbers.some((number) => KEPT_OUT.has(number)))',
      ],
      ['keeps us out', 'hearing in a callback that a directory keeps us out', ' || KEPT_OUT.has(number)', ''],
      [
        'in a callback and at the token endpoint alike',
        'hearing an administrator’s number at the token endpoint',
        "if (codes.some((code) => BY_ADMINISTRATOR.has(code))) return 'admin_consent'",
        '',
      ],
    ],
  ),
  ...inFile('adapters/google-calendar/identity/consent.ts', 'src/adapters/google-calendar/identity/consent.test.ts', [
    [
      'in a callback',
      'hearing in a callback that an administrator is wanted',
      "if (needsAdministrator(error)) return 'admin_consent'",
      '',
    ],
  ]),
  ...inFile(
    'adapters/google-calendar/transport/google-errors.ts',
    'src/adapters/google-calendar/identity/consent.test.ts',
    [
      [
        'asks for an administrator',
        'hearing in an answer that an administrator is wanted',
        "if (needsAdministrator(code)) return 'admin_consent'",
        '',
      ],
    ],
  ),
  ...inFile(
    'adapters/google-calendar/transport/google-errors.ts',
    'src/adapters/google-calendar/transport/google-errors.test.ts',
    [
      ['F-53', 'own words only', 'Object.hasOwn(table, code) ? table[code] : undefined', 'table[code]'],
      ['is forbidden', 'telling a refresh from redeeming', 'refreshing ? { ...BY_OAUTH_ERROR, ...AT_REFRESH } : ', ''],
      ['our own client refused', 'telling our client', "if (told && CLIENT_REJECTED.has(code ?? ''))", 'if (false)'],
    ],
  ),
]
