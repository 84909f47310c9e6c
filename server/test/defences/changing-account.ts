import { type Defence, inFile } from './defence.ts'

const REPLACED = 'test/faults/replaced-account.test.ts'
const GIVEN_UP = 'test/faults/given-up-account.test.ts'
const ENDED = 'test/postgres/end-connection.test.ts'
const CHANGING = 'test/postgres/changing-account.test.ts'
const CONNECTIONS = 'adapters/postgres/connections'
const BOOKINGS = 'adapters/postgres/bookings'

const going = [
  ...inFile('domain/account-ending.ts', 'src/domain/account-ending.test.ts', [
    ['F-85', 'leaving what is past', 'event.isToCome && event.isThere', 'event.isThere'],
    ['F-85', 'leaving what stands elsewhere', 'event.isToCome && event.isThere', 'event.isToCome'],
    ['F-85', 'her choice', "events === 'remove' && event.isRemovable", 'event.isRemovable'],
    [
      'TS-24',
      'keeping what can still be removed',
      'return event.isRemovable ? undefined : OUT_OF_REACH',
      'return OUT_OF_REACH',
    ],
  ]),
  ...inFile(`${CONNECTIONS}/writing-settings.ts`, CHANGING, [
    ['goes along as far as', 'a grant that may only read', 'isReadOnly}::boolean', 'false}::boolean'],
    [
      'goes along as far as',
      'knowing whose the account is now',
      "invites = EXCLUDED.invites AND s.account_kind IS NOT DISTINCT FROM 'organisation'",
      'invites = EXCLUDED.invites',
    ],
    [
      'goes along as far as',
      'a neutral title for an account of her own',
      "CASE WHEN s.account_kind = 'organisation' THEN EXCLUDED.event_title ELSE 'neutral' END",
      'EXCLUDED.event_title',
    ],
  ]),
  ...inFile(`${BOOKINGS}/end-events.ts`, REPLACED, [
    [
      'kept in both, google and outlook',
      'taking back what stands there already',
      "if (ending.next?.access === 'bookings') await takeBack(transaction, ending.tenantId, ending.next)",
      '',
    ],
  ]),
  ...inFile(`${BOOKINGS}/cancel-booking.ts`, REPLACED, [
    [
      'kept in both, google and outlook',
      'the removal of what was kept',
      "booking_id = cancelled.id AND status = 'WRITTEN'",
      'false',
    ],
  ]),
  ...inFile(`${BOOKINGS}/event-claims.ts`, CHANGING, [
    [
      'INV-3 claims no write',
      'the key of the event',
      'AND COALESCE((SELECT key FROM event_key WHERE booking_id = b.id), b.id) =',
      'AND NULL IS DISTINCT FROM',
    ],
    ['INV-3 claims no write', 'the look whether the account is connected', "AND c.status = 'ACTIVE' AND", 'AND'],
  ]),
  ...inFile(`${BOOKINGS}/record-event.ts`, CHANGING, [
    [
      'INV-3 records no write',
      'the connection of the write',
      '...(change.claim && change.connectionId && { eventConnectionId: change.connectionId }),',
      '',
    ],
  ]),
  ...inFile(`${CONNECTIONS}/store-grant.ts`, GIVEN_UP, [
    [
      'the right to write given back, her choice',
      'asking what becomes of the events',
      'if (isNarrower && (await standsOrIsOwed(transaction, brought))) return narrow(transaction, brought)',
      '',
    ],
    [
      'the right to write given back with nothing to decide',
      'keeping the grant for what is owed',
      '(await countOwed(transaction, brought.tenantId, mailboxOf(brought))) > 0 || ',
      '',
    ],
  ]),
  ...inFile(`${CONNECTIONS}/end-connection.ts`, GIVEN_UP, [
    [
      'the right to write given back, her choice',
      'her choice of calendars',
      'await takeChoices(transaction, replaced.id, connectionId)',
      '',
    ],
  ]),
]

const grants = [
  ...inFile(`${CONNECTIONS}/ended-grant.ts`, REPLACED, [
    [
      'F-85 replacing an account takes the sessions to come along by an account that is only read',
      'keeping the tokens for removals',
      'const needed = mayRemove && owed',
      'const needed = false',
    ],
  ]),
  ...inFile('services/event-calendar.ts', REPLACED, [
    [
      'by an account that is only read',
      'removing with the grant that is kept',
      'const kept = mailbox && (await connections.keptFor(tenantId, mailbox, clock.now()))',
      'const kept = mailbox && (await connections.active(tenantId))',
    ],
  ]),
  ...inFile('services/revoke-grant.ts', REPLACED, [
    [
      'moved from google to outlook',
      'waiting with the revocation',
      'if (ended === undefined || ended.needed) return',
      'if (ended === undefined) return',
    ],
  ]),
  ...inFile('services/revoke-grant.ts', GIVEN_UP, [
    [
      'disconnected, her choice: leave',
      'shredding what was revoked',
      'if (ended.connectionId !== undefined) await connections.shred(ended.connectionId)',
      '',
    ],
  ]),
  ...inFile(`${CONNECTIONS}/ended-grant.ts`, ENDED, [
    [
      'TS-24 ends the grant',
      'the longest time',
      '(kept === null || (kept.keptUntil > now && kept.revocationBeganAt === null))',
      '(kept === null || kept.keptUntil !== now)',
    ],
    [
      'TS-24 ends the grant',
      'saying what is owed',
      "if (owed && !needed && row.status !== 'BLOCKING') await giveUpRemovals(transaction, row.tenantId, row)",
      '',
    ],
  ]),
  ...inFile(`${CONNECTIONS}/token-vault.ts`, ENDED, [
    [
      'TS-24 keeps the tokens',
      'the end of what is kept',
      '[...LIVE] } }, keptAt(now)],',
      '[...LIVE] } }, { keptGrant: { isNot: null } }],',
    ],
  ]),
  ...inFile(`${CONNECTIONS}/release-grant.ts`, ENDED, [
    [
      'TS-24 keeps the tokens',
      'leaving a revocation to whoever began it',
      '{ keptGrant: notBeingRevoked(now) }',
      '{ keptGrant: { isNot: null } }',
    ],
  ]),
  ...inFile('di.ts', GIVEN_UP, [
    ['before the grant was revoked', 'ending what a crash has left', '      await releaseGrants()\n', ''],
  ]),
  ...inFile(`${BOOKINGS}/outbox-jobs.ts`, GIVEN_UP, [
    [
      'with the jobs of its removals lost',
      'queueing removals again',
      "    WHERE f.status = 'REMOVING'\n",
      "    WHERE f.status = 'FAILED'\n",
    ],
    [
      'and our access deleted by her',
      'making due what waited',
      "f.failure <> 'throttled' AND",
      "f.failure = 'throttled' AND",
    ],
  ]),
  ...inFile('http/routes/appointments.ts', GIVEN_UP, [
    [
      'and removed by herself',
      'ending the grant by her word',
      "if (word === 'did_it_myself' || word === 'leave_it') await connectCalendar.releaseGrants(user)",
      '',
    ],
  ]),
  ...inFile('http/pages/unremoved-events.tsx', GIVEN_UP, [
    [
      'it is shown with its two buttons',
      'telling a grant that is kept',
      'if (isFormer(event, overview)) return undefined',
      '',
    ],
  ]),
]

export const CHANGING_ACCOUNT: readonly Defence[] = [...going, ...grants]
