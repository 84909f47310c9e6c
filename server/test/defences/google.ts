import { type Defence, inFile } from './defence.ts'

const inGoogle = (file: string, test: string, rows: Parameters<typeof inFile>[2]): Defence[] =>
  inFile(`adapters/google-calendar/${file}`, test, rows)

const oddAnswers = [
  ...inGoogle('events.ts', 'test/google/odd-answers.test.ts', [
    [
      'in a zone that Google does not know',
      'the event without its zone',
      '{ withMeeting: wanted, withZone: false },\n',
      '{ withMeeting: wanted, withZone: true },\n',
    ],
  ]),
  ...inGoogle('event-removal.ts', 'test/google/odd-answers.test.ts', [
    ['F-18', 'knowing a deleted event by what it lacks', '(status === undefined && etag === undefined)', 'false'],
  ]),
  ...inGoogle('event-body.ts', 'test/google/odd-answers.test.ts', [
    ['F-20', 'dropping a bad link', 'htmlLink: z.string().optional().catch(undefined)', 'htmlLink: z.url().optional()'],
    [
      'F-20 an event that she made all-day',
      'the dates of an all-day event',
      'if (when?.date === undefined) return',
      'return',
    ],
  ]),
]

const throttling = [
  ...inGoogle('transport/google-client.ts', 'test/google/throttling.test.ts', [
    [
      'F-15',
      'throttling that the breaker takes no notice of',
      "if (failure.reason === 'throttled') return 'neutral'",
      '',
    ],
    [
      'F-15',
      'a pause for the header alone',
      "return { kind: 'failed', failure: apiFailure(answer), retryAfterMs: answer.retryAfterMs }",
      "return { kind: 'failed', failure: apiFailure(answer), retryAfterMs: apiFailure(answer).retryAfterMs }",
    ],
    ['F-15', 'one call for a quota that is used up', 'if (isQuotaUsedUp(failure)) throw failure\n', ''],
    [
      'F-14',
      'the pause of a header',
      'if (retryAfterMs !== undefined && retryAfterMs > 0) await this.#pause(call, retryAfterMs)\n',
      '',
    ],
    [
      'left alone for a moment',
      'telling an open breaker from a pause',
      'const pause = pauses.pausedFor(connectionId)',
      'const pause = Math.max(pauses.pausedFor(connectionId), this.#parts.breaker.admit(connectionId))',
    ],
  ]),
  ...inFile('services/reconcile-event.ts', 'test/faults/reconcile-backoff.test.ts', [
    [
      'more and more rarely',
      'the count',
      'await bookings.reconcileLater(booking.id, wait, failures + 1)',
      'await bookings.reconcileLater(booking.id, wait, 0)',
    ],
    [
      'counts on while',
      'the count of a job that meets a rival',
      'BUSY_ELSEWHERE_MS, attempt.failures)',
      'BUSY_ELSEWHERE_MS, 0)',
    ],
  ]),
  ...inFile('domain/booking-event.ts', 'test/faults/reconcile-backoff.test.ts', [
    ['more and more rarely', 'growth', ': 60 * 2 ** failures', ': 60'],
    ['more and more rarely', 'the cap', 'Math.min(longest, growing)', 'growing'],
    ['more and more rarely', 'the time that is named', 'Math.max(namedMs ?? 0, ', 'Math.max(0, '],
  ]),
  ...inFile('domain/booking-event.ts', 'src/domain/booking-event.test.ts', [
    [
      'F-16 INV-12',
      'the longer wait when the session is over',
      "isOver && pace === 'later' ? DAY_MS : HOUR_MS",
      'HOUR_MS',
    ],
  ]),
  ...inFile('adapters/microsoft-calendar/events.ts', 'test/faults/throttled-writes.test.ts', [
    ['Microsoft, 429', 'the end after a refused POST', "if (reason === 'throttled') throw failure\n", ''],
  ]),
]

const revoking = [
  ...inFile('services/revoke-grant.ts', 'test/security/shared-account.test.ts', [
    ['OA-42', 'keeping a grant that another practice lives on', "      return 'shared'\n", ''],
  ]),
  ...inFile('services/connect-calendar.ts', 'test/security/shared-account.test.ts', [
    ['OA-42', 'revoking what was replaced', 'await revoke(confirmed.replaced)\n', ''],
  ]),
  ...inFile('services/redeem-code.ts', 'test/security/shared-account.test.ts', [
    [
      'OA-42',
      'revoking what was overtaken',
      'for (const ended of stored.ended) await afterwards(tenantId, () => revoke(ended))\n',
      '',
    ],
  ]),
  ...inFile('adapters/postgres/connections/ended-grant.ts', 'test/postgres/shared-account.test.ts', [
    ['OA-42', 'the account in the question', '      provider,\n      accountKey,\n', '      provider,\n'],
    ['OA-42', 'the provider in the question', '      provider,\n      accountKey,\n', '      accountKey,\n'],
    [
      'OA-42',
      'an account that waits',
      "OR: [{ status: { in: [...IN_USE, 'ENDING'] } }, waiting]",
      "OR: [{ status: { in: [...IN_USE, 'ENDING'] } }]",
    ],
    ['OA-42', 'the lock of the account', 'SELECT pg_advisory_xact_lock(', 'SELECT abs('],
  ]),
]

const zoneOfTheQuestion = inFile('adapters/google-calendar/free-busy.ts', 'test/google/adapter.test.ts', [
  ['F-77 asks in', 'the tenant’s zone', 'this.#queryIn(timeZone, window', 'this.#queryIn(undefined, window'],
  ['F-77 asks in', 'a zone that Google does not know', 'if (!isRefused) throw error', 'throw error'],
])

/** No grant is left behind at Google that nothing uses. */
const leftBehind = [
  ...inFile('services/redeem-reply.ts', 'test/security/shared-account.test.ts', [
    ['OA-42 a grant', 'giving back what shows no calendar', '    await request.onRejected?.(grant)\n', ''],
    ['OA-42 a grant', 'giving back what cannot be listed', '    await onRejected?.(redeemed)\n', ''],
  ]),
  ...inFile('services/redeem-code.ts', 'test/security/shared-account.test.ts', [
    [
      'OA-42 a grant',
      'giving back what could not be stored',
      '      await giveBack(account, tokenCache)\n      throw error\n',
      '      throw error\n',
    ],
    [
      'OA-42 a grant',
      'the look who else uses the account',
      'tokenCache, shared })',
      'tokenCache, shared: false && shared })',
    ],
  ]),
  ...inFile('services/redeem-code.ts', 'test/security/callback.test.ts', [
    [
      'OA-39',
      'telling what follows a stored account from storing it',
      "      log.warn('calendar_connect_error', { tenantId, reason: 'after_storing', ...traceOf(error) })\n",
      '      throw error\n',
    ],
  ]),
  ...inFile('services/oauth-flow.ts', 'test/security/callback.test.ts', [
    [
      'OA-39',
      'telling a database that does not answer from a mistake',
      "return error instanceof StoreError && error.reason === 'unavailable' ? 'not_stored' : 'failed'",
      "return 'failed'",
    ],
    [
      'OA-39',
      'asking no row of a database that does not answer',
      "if (STORED.has(outcome) || outcome === 'not_stored') logged(",
      'if (STORED.has(outcome)) logged(',
    ],
  ]),
  ...inFile('adapters/google-calendar/connector.ts', 'test/security/shared-account.test.ts', [
    ['OA-42 a grant', 'giving back what reaches too short', '      await request.onRejected?.(grant)\n', ''],
  ]),
  ...inFile('adapters/postgres/retention.ts', 'test/security/shared-account.test.ts', [
    ['OA-42 a grant', 'giving back what was forgotten', '    await onEnded(ended)\n', ''],
  ]),
]

export const GOOGLE: readonly Defence[] = [
  ...oddAnswers,
  ...throttling,
  ...revoking,
  ...zoneOfTheQuestion,
  ...leftBehind,
]
