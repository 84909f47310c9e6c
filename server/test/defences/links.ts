import { type Defence, inFile } from './defence.ts'

/** What a client's link leads to, and under which secret it was made. */
export const LINKS: readonly Defence[] = [
  ...inFile('services/cancel-booking.ts', 'test/postgres/bookings.test.ts', [
    [
      'WS-20 a link that an earlier secret made',
      'the secret that made it',
      '&& parts.manageTokens.issue(booking.id) === manageToken ?',
      '?',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/cancel-booking.ts', 'test/faults/statements.test.ts', [
    ['three in its transaction', 'reading no more than is needed', 'select: SEEN', 'include: { service: true }'],
  ]),
]
