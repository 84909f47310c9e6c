import { type Defence, inFile } from './defence.ts'

/** Practices that close, leave and come. */
export const LEAVING: readonly Defence[] = [
  ...inFile('adapters/postgres/bookings/insert-booking.ts', 'test/postgres/closing.test.ts', [
    [
      'takes no booking from then on',
      'the word for a practice that has closed',
      "return { kind: 'closed' }",
      "return { kind: 'taken' }",
    ],
  ]),
  ...inFile('services/close-tenant.ts', 'test/postgres/closing.test.ts', [
    [
      'says what becomes of sessions to come',
      'the refusal while nobody has said what becomes of them',
      'before.length > 0 && chosen === undefined',
      'false',
    ],
  ]),
  ...inFile('adapters/postgres/accounts/tenant-export.ts', 'test/postgres/tenant-export.test.ts', [
    [
      'PR-23 a practice is exported',
      'going on after the last of several at one moment',
      '...(after && { OR: [{ startsAt: { gt: after.at } }, { id: { gt: after.id } }] }),',
      '',
    ],
    ['PR-23 a practice is exported', 'the word for a client who was erased', 'client: erased ? null : ', 'client: '],
    [
      'PR-23 a practice is exported',
      'the choice of columns without secrets',
      'const USER = { id: true,',
      'const USER = { passwordHash: true, id: true,',
    ],
  ]),
  ...inFile('adapters/postgres/accounts/offboarding-store.ts', 'test/postgres/offboarding.test.ts', [
    [
      'PR-23 goes with its grants',
      'the number of bookings that she was shown',
      'word.bookings === bookings ?',
      'true ?',
    ],
    [
      'PR-23 goes with its grants',
      'the word about sessions to come',
      'standing > 0 && !word.leaveSessions',
      'standing < 0',
    ],
    [
      'PR-23 goes with its grants',
      'the word about entries that are owed',
      "kind === 'owed') && !word.leaveEvents",
      "kind === 'owed') && word.leaveSessions",
    ],
    [
      'PR-23 goes on where it was stopped',
      'taking a write that may be under way for owed',
      '\n          OR c.booking_id IS NOT NULL)',
      ')',
    ],
    [
      'PR-23 goes on where it was stopped',
      'the end of writes that nobody has begun',
      "SET event_status = 'NOT_WANTED'",
      "SET event_status = 'PENDING'",
    ],
    [
      'PR-23 goes on where it was stopped',
      'deleting nothing while a grant or a booking is left',
      'if (live > 0 ||',
      'if (live < 0 &&',
    ],
    ['PR-23 goes with its grants', 'the end of jobs', '        await unqueueOutboxJobs(transaction, ids)\n', ''],
    [
      'PR-23 goes on where it was stopped',
      'the end of web sessions',
      '    await endAccess(transaction, user.id)\n',
      '',
    ],
  ]),
  ...inFile('services/offboard-tenant.ts', 'test/postgres/offboarding.test.ts', [
    [
      'PR-23 goes with its grants',
      'giving up a grant that is kept for removals',
      'kept = grant?.needed ?? false',
      'kept = false',
    ],
    [
      'PR-23 is removed again',
      'asking no provider after a restore',
      'await removeAll(tenantId, actor, false)',
      'await removeAll(tenantId, actor, true)',
    ],
  ]),
  ...inFile('adapters/postgres/accounts/tenant-administration.ts', 'test/postgres/offboarding.test.ts', [
    [
      'PR-23 goes on where it was stopped',
      'the refusal to open what is being removed',
      "(suspended === false || closed === false)) return 'offboarding'",
      "(suspended === false && closed === false)) return 'offboarding'",
    ],
  ]),
  ...inFile('services/import-token.ts', 'test/postgres/import-tokens.test.ts', [
    [
      'a row that the database does not take',
      'going on with the others',
      "if (error instanceof StoreError) return { outcome: 'not_stored' }",
      '',
    ],
    [
      'what cannot be taken over',
      'the look whose token it is',
      "if (!isNamed(brought.account, adopted)) return { outcome: 'other_account' }",
      '',
    ],
    [
      'practices go on with the tokens',
      'taking less where less was granted',
      'if (access !== undefined || !mayReachLess) throw error',
      'throw error',
    ],
  ]),
  ...inFile('adapters/postgres/connections/store-first.ts', 'test/postgres/import-tokens.test.ts', [
    [
      'what cannot be taken over',
      'leaving another practice its account alone',
      "if (await isConnected(transaction, mailbox, now)) return { outcome: 'connected_elsewhere' }",
      '',
    ],
    [
      'none replaces an account',
      'the look inside the transaction',
      "if (live.some((one) => isSameMailbox(one, mailbox))) return { outcome: 'already_connected' }",
      '',
    ],
  ]),
  ...inFile('cli/token-rows.ts', 'test/postgres/import-tokens.test.ts', [
    ['never quoted', 'not repeating what a parser says', "says: 'it is no JSON array'", 'says: text'],
  ]),
  ...inFile('adapters/google-calendar/connector.ts', 'test/postgres/import-tokens.test.ts', [
    [
      'what cannot be taken over',
      'the question whose a token is',
      'if (fresh.id_token === undefined)\n      throw',
      "if (fresh.scope === 'none')\n      throw",
    ],
  ]),
  ...inFile('adapters/google-calendar/identity/scopes.ts', 'test/postgres/import-tokens.test.ts', [
    [
      'practices go on with the tokens',
      'knowing wider scopes',
      'scopes.some((scope) => granted.includes(scope))',
      'scopes.slice(0, 1).some((scope) => granted.includes(scope))',
    ],
  ]),
  ...inFile('adapters/microsoft-calendar/connector.ts', 'test/postgres/import-tokens.test.ts', [
    ['practices go on with the tokens', 'keeping what MSAL did not sign in', ', forceCache: true', ''],
  ]),
  ...inFile('http/routes/booking-submit.ts', 'test/http/booking-closed.test.ts', [
    [
      'says of a closed practice',
      'not asking again for what cannot be booked',
      'if (choices.tenant.closed) return closed()',
      '',
    ],
  ]),
  ...inFile('http/routes/what-clients-see.ts', 'test/http/what-clients-see.test.ts', [
    ['shows no week to the therapist', 'the week that nobody sees', 'tenant.closed', 'tenant.suspended'],
  ]),
  ...inFile('http/pages/manage.tsx', 'test/http/manage.test.ts', [
    [
      'offers no time to anybody',
      'what is true of an open practice alone',
      '!tenant.closed && !tenant.suspended',
      'true',
    ],
  ]),
]
