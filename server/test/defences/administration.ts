import { type Defence, inFile } from './defence.ts'

export const ADMINISTRATION: readonly Defence[] = [
  ...inFile('adapters/postgres/accounts/password-link-store.ts', 'test/security/account.test.ts', [
    [
      'is void once',
      'the end of a link',
      'passwordLink: { tokenHash, expiresAt: { gt: now } }',
      'passwordLink: { tokenHash }',
    ],
    ['sets it once', 'the end of her web sessions', '        await endAccess(tx, user.id)\n', ''],
  ]),
  ...inFile('adapters/postgres/accounts/user-store.ts', 'test/security/account.test.ts', [
    [
      'is void once',
      'the end of a link with a new password',
      '  await transaction.passwordLink.deleteMany({ where: { userId } })\n',
      '',
    ],
  ]),
  ...inFile('http/routes/set-password.ts', 'test/security/account.test.ts', [
    ['is used by its own form alone', 'the browser’s token', 'csrf.requireBrowserToken, ', ''],
    ['is used by its own form alone', 'the limit on guesses', ".get(limit('password_link'), async", '.get(async'],
  ]),
  ...inFile('adapters/postgres/accounts/user-administration.ts', 'test/postgres/admin-tenants.test.ts', [
    ['nobody is left', 'the only owner’s protection', "=== 0) return 'only_owner'", "=== 0) return 'changed'"],
  ]),
  ...inFile('cli/command.ts', 'test/postgres/admin-tenants.test.ts', [
    ['are listed', 'taking controls away from terminals', "cell.replace(CONTROLS, '�')", 'cell'],
  ]),
  ...inFile('cli/commands/users.ts', 'test/postgres/admin-tenants.test.ts', [
    [
      'are not touched by',
      'the practice that is named',
      '(who.tenant !== undefined && user.tenant !== who.tenant)',
      'false',
    ],
  ]),
]
