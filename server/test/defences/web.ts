import { type Defence, inFile } from './defence.ts'

const text = [
  ...inFile('adapters/postgres/tenants.ts', 'test/security/odd-text.test.ts', [
    [
      'WS-15',
      'the look whether a name can be a slug',
      'isSlug(slug) ? await database.tenant.findUnique({ where: { slug, suspendedAt: null } }) : null',
      'await database.tenant.findUnique({ where: { slug, suspendedAt: null } })',
    ],
  ]),
  ...inFile('adapters/postgres/users.ts', 'test/security/odd-text.test.ts', [
    [
      'WS-15',
      'the look whether PostgreSQL can hold an address',
      'isStorable(email) ? await database.user.findUnique({ where }) : null',
      'await database.user.findUnique({ where })',
    ],
  ]),
  ...inFile('http/input.ts', 'test/security/odd-text.test.ts', [
    ['WS-15', 'taking controls out of a name', '/[\\p{Cc}\\p{Cs}\\u2028', '/[\\p{Cs}\\u2028'],
  ]),
]

export const WEB: readonly Defence[] = [...text]
