import { type Defence, inFile } from './defence.ts'

const reconciled = [
  ...inFile('domain/booking-event.ts', 'src/domain/booking-event.test.ts', [
    ['from REMOVED to REMOVING', 'the end of a removed event', 'REMOVED: {},', "REMOVED: { REMOVING: ['cancel'] },"],
    [
      'are found from',
      'throwing at a move that nothing makes',
      'if (before.length === 0) throw',
      'if (before.length < 0) throw',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/record-event.ts', 'test/postgres/booking-event.test.ts', [
    ['INV-2 INV-3 refuses', 'the table', "eventStatus: { in: statusesBefore(change.to, 'reconcile') },", ''],
    ['T-34 tells', 'recording both at once', 'change.change === undefined\n', 'change.to.length > 0\n'],
  ]),
  ...inFile('services/remove-event.ts', 'test/faults/crash.test.ts', [
    [
      'F-24',
      'looking for an event whose id nobody knows',
      'const found = await removeFound(provider, removal)',
      'const found = provider === undefined',
    ],
  ]),
  ...inFile('services/remove-event.ts', 'test/faults/late-writes.test.ts', [
    ['its removal waits until', 'waiting for the longest write', 'LONGEST_WRITE_MS - (age ?? LONGEST_WRITE_MS)', '0'],
  ]),
  ...inFile('services/write-event.ts', 'test/faults/late-writes.test.ts', [
    ['said again and removed', 'looking once more for what was given up', 'claim.isFirst && isQuick()', 'isQuick()'],
    [
      'after its lock was lost',
      'leaving the call of a lock that was lost',
      '      onlineMeeting: booking.service.online,\n      signal,',
      '      onlineMeeting: booking.service.online,',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/event-lock.ts', 'test/faults/late-writes.test.ts', [
    [
      'after its lock was lost',
      'noticing that a lock is lost',
      "client.on('error', lose)\n    client.on('end', lose)",
      "client.on('error', () => {})",
    ],
  ]),
  ...inFile('adapters/postgres/bookings/record-event.ts', 'test/faults/late-writes.test.ts', [
    [
      'whose claim is not the newest',
      'the claim',
      '...(change.claim && { eventClaim: { claimedBy: change.claim.by } }),',
      '',
    ],
  ]),
  ...inFile('services/event-calendar.ts', 'test/faults/workers.test.ts', [
    [
      'F-25',
      'the look whose event it is',
      'if (active !== undefined && (mailbox === undefined || isSameMailbox(mailbox, active)))',
      'if (active !== undefined)',
    ],
  ]),
  ...inFile('ports/connection.ts', 'test/faults/unremoved.test.ts', [
    [
      'disconnected before she cancelled',
      'telling the mailbox from its connection',
      'one.provider === other.provider && one.accountKey === other.accountKey',
      'one === other',
    ],
  ]),
  ...inFile('ports/connection.ts', 'test/faults/workers.test.ts', [
    ['F-25', 'telling accounts apart', ' && one.accountKey === other.accountKey', ''],
  ]),
  ...inFile('domain/booking-event.ts', 'test/faults/unwritten.test.ts', [
    ['F-19', 'keeping what was refused', "forbidden: 'later',", "forbidden: 'fails',"],
  ]),
  ...inFile('services/reconcile-event.ts', 'test/faults/unwritten.test.ts', [
    ['as soon as the next', 'making due what waited', 'await bookings.makeDue(booking.tenantId)', ''],
  ]),
  ...inFile('adapters/postgres/bookings/booking-store.ts', 'test/faults/unwritten.test.ts', [
    [
      'and written when she connects again',
      'making due what waited for the connection',
      'if (tenantId !== undefined) await makeOutboxDue(database, tenantId)',
      '',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/outbox-jobs.ts', 'test/faults/outbox-waits.test.ts', [
    ['INV-12 whose job', 'the look at attempts that are left', 'j.attempts < j.max_attempts', 'true'],
    [
      'INV-12 whose job',
      'an end to long sleep',
      "(j.attempts = 0 OR j.run_at < clock_timestamp() + interval '1 hour')",
      'true',
    ],
    [
      'F-26 INV-12 the first',
      'leaving throttled ones alone',
      "AND b.event_failure <> 'throttled' ",
      'AND b.event_failure IS NOT NULL ',
    ],
  ]),
  ...inFile('adapters/google-calendar/event-removal.ts', 'test/google/removal.test.ts', [
    [
      'F-18 that is answered 404',
      'hearing of what a 404 speaks',
      'error instanceof CalendarError && GONE.has(',
      "error instanceof CalendarError && (error.status === 404 || GONE.has('')) && String(",
    ],
  ]),
  ...inFile('adapters/postgres/bookings/booking-queries.ts', 'test/faults/unremoved.test.ts', [
    ['F-19', 'showing refused removals at once', 'CALENDAR_FAILURES.filter((failure) => !isTransient(failure))', '[]'],
  ]),
]

const unremoved = [
  ...inFile('adapters/postgres/bookings/booking-queries.ts', 'test/postgres/unremoved.test.ts', [
    ['INV-3', 'the removals that wait', "{ in: ['FAILED', 'REMOVING'] }", "'FAILED'"],
    ['INV-3', 'the bound on how many', 'take: limit,', ''],
    ['INV-3', 'the bound in time', 'endsAt: { gt: endsAfter },', ''],
  ]),
  ...inFile('domain/booking-event.ts', 'test/postgres/booking-event.test.ts', [
    [
      'F-24',
      'looking for an event whose writing was begun',
      'id !== undefined || connectionId !== undefined',
      'id !== undefined',
    ],
  ]),
  ...inFile('domain/account-ending.ts', 'test/postgres/end-connection.test.ts', [
    [
      'TS-24',
      'telling what was never begun',
      "if (!begun) return { status: 'REMOVED' }",
      "if (!begun && event.status === 'FAILED') return { status: 'REMOVED' }",
    ],
  ]),
  ...inFile('adapters/postgres/bookings/end-events.ts', 'test/postgres/end-connection.test.ts', [
    ['INV-3', 'the lock on events that are decided on', 'ORDER BY b.id FOR UPDATE OF b`', 'ORDER BY b.id`'],
    ['TS-24', 'taking back what was queued', "idsOf(({ status }) => status !== 'PENDING'),", '[],'],
  ]),
  ...inFile('http/pages/unremoved-events.tsx', 'test/faults/unremoved.test.ts', [
    ['F-19', 'showing what was not removed', 'unremoved.length === 0 ? null', 'overview !== undefined ? null'],
    ['disconnected before she cancelled', 'the look whether the connection has ended', 'return t.ended', "return ''"],
    ['for people', 'saying for whom it waits', 'waitsForPeople(overview.health.state)', 'overview === undefined'],
  ]),
  ...inFile('http/pages/failure-words.ts', 'test/faults/unremoved.test.ts', [
    [
      'F-19',
      'promising nothing of what was given up',
      '(MENDABLE.has(failure) ? features?.sentences[failure] : undefined) ?? failures[failure]',
      'features?.sentences[failure] ?? failures[failure]',
    ],
  ]),
]

const words = [
  ...inFile('adapters/postgres/bookings/event-word.ts', 'test/postgres/booking-event.test.ts', [
    [
      'INV-12 INV-14',
      'the audit of her word',
      'await recordAudit(tx,',
      'if (detail === undefined) await recordAudit(tx,',
    ],
    ['INV-12 INV-14', 'taking back what was queued', 'else await unqueueOutboxJobs(tx, [id])', ''],
    ['nor of another', 'the look whose booking it is', 'where: { id, tenantId } }', 'where: { id } }'],
  ]),
  ...inFile('domain/booking-event.ts', 'test/postgres/booking-event.test.ts', [
    [
      'changes nothing of an event',
      'the end of what is as it should be',
      "if (!isInOutbox(status) && status !== 'FAILED') return undefined",
      '',
    ],
  ]),
  ...inFile('http/routes/appointments.ts', 'test/http/manage.test.ts', [
    [
      'INV-12',
      'the limit on her word',
      "web.limit('event', byUser),\n      heard((...said) => bookings",
      'heard((...said) => bookings',
    ],
    ['INV-12', 'the words there are', 'Object.hasOwn(WORDS, said) ? WORDS[said] : undefined', 'WORDS[said]'],
  ]),
]

export const OUTBOX: readonly Defence[] = [...reconciled, ...unremoved, ...words]
