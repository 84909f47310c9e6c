import { type Defence, inFile } from './defence.ts'

const outcomes = [
  ...inFile('services/connect-outcome.ts', 'test/security/callback.test.ts', [
    [
      'OA-18',
      'telling too little access from a failure',
      "error instanceof InsufficientScope ? 'insufficient_scope' : OUTCOMES[error.reason]",
      'OUTCOMES[error.reason]',
    ],
  ]),
  ...inFile('adapters/google-calendar/connector.ts', 'test/google/connector.test.ts', [
    [
      'revoke ends the grant, twice does no harm',
      'knowing a grant that was revoked before',
      'if (!RevokedBefore.safeParse(body).success)',
      'if (body !== null)',
    ],
  ]),
  ...inFile('adapters/google-calendar/transport/google-client.ts', 'test/google/cancelled-calls.test.ts', [
    [
      'callers who leave say nothing',
      'telling a cancelled call from a failure',
      'if (failure instanceof CancelledCall || ',
      'if (',
    ],
  ]),
]

/** Which adapter serves a tenant, and what connecting one comes to. */
export const PICKING: readonly Defence[] = [
  ...outcomes,
  ...inFile('ports/calendar-registry.ts', 'test/faults/provider-mismatch.test.ts', [
    [
      'INV-7 is unknown, not free, to slots and confirmations, whatever was read before',
      'comparing the tenant’s provider with its connection’s',
      'if (connection !== undefined && connection.provider !== tenant.calendarProvider) throw new ProviderMismatch()',
      '',
    ],
    [
      'and nothing else does',
      'asking the tenant’s column',
      'return bindingOf(providers, tenant.calendarProvider)',
      "return bindingOf(providers, connection?.provider ?? 'GOOGLE')",
    ],
  ]),
  ...inFile('services/event-calendar.ts', 'test/faults/provider-mismatch.test.ts', [
    [
      'INV-2 lets writes and removals wait',
      'waiting for whoever mends it',
      "if (binding instanceof CalendarError) return 'waits'",
      "if (binding instanceof CalendarError) return 'none'",
    ],
  ]),
  ...inFile('services/connect-calendar.ts', 'test/faults/provider-mismatch.test.ts', [
    [
      'opens the settings page',
      'asking who serves the connection that is shown',
      'return picked instanceof CalendarError ? again(connection) : connection',
      'return picked === undefined ? undefined : connection',
    ],
    [
      'does not hide',
      'saying first what only the therapist can mend',
      'if (waitsForPeople(healthIn(connection).state)) return connection',
      '',
    ],
  ]),
  ...inFile('services/pick-calendar.ts', 'test/faults/provider-mismatch.test.ts', [
    [
      'is left alone by maintenance',
      'telling an operator',
      "log.error('connection_not_served', { tenantId, connectionId, provider, code: error.code })",
      'log.error(provider, { tenantId, connectionId })',
    ],
  ]),
  ...inFile('http/pages/settings-calendar.tsx', 'test/faults/provider-mismatch.test.ts', [
    [
      'its writes wait, and the page says whose fault it is',
      'a word about an account of an unknown provider',
      '{connection && !features && <NotServed {...props} />}',
      '{connection && !features && connection === undefined && <NotServed {...props} />}',
    ],
  ]),
  ...inFile('adapters/postgres/connections/connection-store.ts', 'test/faults/provider-mismatch.test.ts', [
    [
      'seen only because another account took over',
      'comparing both in one statement',
      ' AND t.calendar_provider <> c.provider',
      '',
    ],
  ]),
  ...inFile('adapters/postgres/connections/store-grant.ts', 'test/faults/provider-mismatch.test.ts', [
    [
      'does not hide',
      'naming the provider again',
      'await nameProvider(transaction, brought)\n    return { connectionId: active.id',
      'return { connectionId: active.id',
    ],
  ]),
]
