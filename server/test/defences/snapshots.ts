import { type Defence, inFile } from './defence.ts'

const SNAPSHOTS = 'test/postgres/tenant-snapshots.test.ts'

export const SNAPSHOT: readonly Defence[] = [
  ...inFile('adapters/postgres/accounts/tenant-snapshots.ts', SNAPSHOTS, [
    [
      'none that is suspended',
      'leaving suspended practices out',
      't.slug = $1 AND t.suspended_at IS NULL',
      't.slug = $1',
    ],
    ['what the stores find', 'every column that a connection is made of', "epochMs('c.failing_since')", "'NULL'"],
    [
      'what the stores find',
      'what blocks beside what does not',
      "c.status IN ('ACTIVE', 'BLOCKING')",
      "c.status = 'ACTIVE'",
    ],
    ['what the stores find', 'cancelled sessions', "AND b.status = 'CONFIRMED'", ''],
    [
      'what the stores find',
      'names decrypted in their row',
      'ENCRYPTED_COLUMNS.calendarName, row, row.name',
      "ENCRYPTED_COLUMNS.calendarName, { ...row, id: '-' }, row.name",
    ],
    [
      'what the stores find',
      'owners decrypted in their row',
      'ENCRYPTED_COLUMNS.calendarOwner, row, owner',
      "ENCRYPTED_COLUMNS.calendarOwner, { ...row, id: '-' }, owner",
    ],
  ]),
  ...inFile('adapters/postgres/accounts/tenant-snapshots.ts', 'test/postgres/plans.test.ts', [
    [
      'a snapshot, by the plan',
      'the bounds of starts_at',
      'AND b.starts_at > $4 AND b.starts_at < $5',
      'AND $4::timestamptz < $5::timestamptz',
    ],
  ]),
  ...inFile('services/offer-slots.ts', 'test/faults/statements.test.ts', [
    [
      'the page of a day',
      'taking from the snapshot what it holds',
      'blockedIn(snapshot, around) ?? (await parts.bookings.blocked(tenant.id, around))',
      'await parts.bookings.blocked(tenant.id, around)',
    ],
  ]),
  ...inFile('services/book-session.ts', 'test/faults/statements.test.ts', [
    [
      'twelve at most',
      'taking from the snapshot what it holds',
      'blockedIn(snapshot, nearby) ?? (await parts.bookings.blocked(tenant.id, nearby))',
      'await parts.bookings.blocked(tenant.id, nearby)',
    ],
  ]),
  ...inFile('services/connect-calendar.ts', 'test/faults/statements.test.ts', [
    [
      '/settings/calendar',
      'accounts of the snapshot',
      'snapshot.connections.map(',
      '(await connections.connected(tenant.id)).map(',
    ],
  ]),
]
