import { type Defence, inFile } from './defence.ts'

export const ADMINISTRATION: readonly Defence[] = [
  ...inFile('adapters/postgres/accounts/change-tenant.ts', 'test/postgres/tenant-commands.test.ts', [
    [
      'is changed in what',
      'its row of the audit',
      "    await recordAudit(transaction, { tenantId: id, actor: 'operator', action: 'tenant_changed', subjectId: id })\n",
      '',
    ],
  ]),
  ...inFile('cli/tenant-options.ts', 'test/postgres/tenant-commands.test.ts', [
    ['scripts are answered', 'refusals for scripts', 'warn(json ? ', 'warn(false ? '],
  ]),
  ...inFile('cli/rotate-token-keys.ts', 'test/faults/key-rotation.test.ts', [
    ['tells scripts', 'one document alone', 'if (!json) print', 'print'],
  ]),
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
    [
      'is used by its own form alone',
      'the limit on guesses',
      "if (!allowed) throw new HttpError('too_many', { retryAfterSeconds })\n    return user",
      'return user',
    ],
    [
      'is used by its own form alone',
      'counting a link that holds by its user',
      'user?.id ?? byAddress(req)',
      'byAddress(req)',
    ],
  ]),
  ...inFile('adapters/postgres/accounts/user-administration.ts', 'test/postgres/admin-tenants.test.ts', [
    ['nobody is left', 'the only owner’s protection', "=== 0) return 'only_owner'", "=== 0) return 'changed'"],
  ]),
  ...inFile('cli/command.ts', 'test/postgres/admin-tenants.test.ts', [
    ['are listed', 'taking controls away from terminals', "cell.replace(CONTROLS, '�')", 'cell'],
  ]),
  ...inFile('adapters/postgres/bookings/erase-bookings.ts', 'test/postgres/admin-clients.test.ts', [
    ['PR-17 she is erased', 'overwriting the hash of what was asked for', 'request_hash = $', 'event_failure = $'],
    ['PR-17 she is erased', 'the end of her link', "manage_token_hash = 'erased:' || id, ", ''],
    [
      'PR-17 she is erased',
      'taking back what is not written any more',
      "WHEN 'PENDING' THEN 'NOT_WANTED'",
      "WHEN 'PENDING' THEN 'PENDING'",
    ],
  ]),
  ...inFile('adapters/postgres/bookings/client-data-store.ts', 'test/postgres/admin-clients.test.ts', [
    [
      'PR-17 all that is kept',
      'small letters and large',
      'WHERE lower(b.client_email) = lower(',
      'WHERE b.client_email = (',
    ],
  ]),
  ...inFile('services/client-data.ts', 'test/postgres/admin-clients.test.ts', [
    ['PR-17 nothing is erased', 'the refusal while sessions are to come', 'standing.length > 0 && !cancel', 'false'],
  ]),
  ...inFile('adapters/postgres/bookings/retention-store.ts', 'test/postgres/client-retention.test.ts', [
    [
      'PR-16 stay at a practice from before',
      'waiting for the owner',
      'WHERE t.retention_days IS NOT NULL AND (',
      'WHERE (',
    ],
    [
      'PR-16 the id of a disconnected account',
      'sessions that may still need it',
      '(b.event_connection_id = c.id OR f.key IS NOT NULL)',
      'false',
    ],
  ]),
  ...inFile('services/client-retention.ts', 'test/postgres/client-retention.test.ts', [
    [
      'PR-16 stay at a practice from before',
      'the number that was shown',
      "!== shown) return 'changed'",
      "< 0) return 'changed'",
    ],
  ]),
  ...inFile('domain/retention.ts', 'test/postgres/client-retention.test.ts', [
    ['PR-16 are erased two years', 'erasing cancelled ones sooner', 'Math.min(days, CANCELLED_RETENTION_DAYS)', 'days'],
  ]),
  ...inFile('http/routes/client-data.ts', 'test/http/client-data.test.ts', [
    ['is nobody else’s', 'the owner', 'if (!user.owner)', 'if (false)'],
  ]),
  ...inFile('adapters/postgres/job-queue.ts', 'test/postgres/admin-queue.test.ts', [
    [
      'lists jobs',
      'leaving out what an error says',
      "substring(j.last_error FROM '^[A-Za-z]*Error\\\\M')",
      'j.last_error',
    ],
    ['retries a job', 'giving all its tries back', ', attempts => 0)', ')'],
  ]),
  ...inFile('services/apply-tombstones.ts', 'test/postgres/tombstones.test.ts', [
    ['what was given up and erased', 'shredding', '    await connections.shred(subjectId)\n', ''],
    [
      'what was given up and erased',
      'cancelling what is to come again',
      '    await bookings.cancel(tombstone.tenantId, tombstone.subjectId, clock.now(), actor)\n',
      '',
    ],
  ]),
  ...inFile('services/write-tombstones.ts', 'test/postgres/tombstones.test.ts', [
    ['tombstones that cannot be written', 'keeping what is not written', 'return log.error(', 'log.error('],
  ]),
  ...inFile('adapters/tombstone-file/tombstone-file.ts', 'test/postgres/tombstones.test.ts', [
    ['tombstones that cannot be written', 'a line of its own', "(await endsInALine(file)) ? '' : '\\n'", "''"],
  ]),
  ...inFile('cli/commands/tombstones.ts', 'test/postgres/tombstones.test.ts', [
    [
      'a list with one line',
      'the refusal of the whole list',
      'if (!line.success) throw',
      'if (!line.success) return []\n    if (!line.success) throw',
    ],
  ]),
  ...inFile('services/compare-with-log.ts', 'test/security/log-story.test.ts', [
    [
      'what a restore forgets',
      'leaving alone without --mend',
      'const cancelled = mend ? await',
      'const cancelled = true ? await',
    ],
    [
      'what a restore forgets',
      'keeping what may be all that is left',
      'if (!mend || !isCancelled) return',
      'if (!mend) return',
    ],
  ]),
  ...inFile('cli/csv.ts', 'src/cli/csv.test.ts', [
    ['reads', 'leaving the byte order mark out', "text.replace(BOM, '')", 'text'],
    ['names the line', 'counting line breaks in quotes', 'line += whole.match', 'line += end.match'],
  ]),
  ...inFile('cli/commands/import-tenants.ts', 'test/postgres/admin-import.test.ts', [
    [
      'nothing is imported for',
      'the look at what is in use',
      'refuse(await clashes(rows, administration))',
      'refuse([])',
    ],
    ['nothing is imported for', 'the refusal of unknown columns', '!COLUMNS.includes(name) ||', ''],
    ['a dry run', 'stopping at the look', 'if (isDry)', 'if (false)'],
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
