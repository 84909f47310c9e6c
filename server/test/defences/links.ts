import { type Defence, inFile } from './defence.ts'

const REQUESTS = 'test/http/request-log.test.ts'

/** What a link names: whose request it is in the log, and under which secret it was made. */
export const LINKS: readonly Defence[] = [
  ...inFile('http/routes/manage.ts', REQUESTS, [
    ['CL-09 a request is logged', 'whose session the link is of', '      noteTenant(res, found.tenant)\n', ''],
  ]),
  ...inFile('http/routes/set-password.ts', REQUESTS, [
    [
      'CL-09 a request is logged',
      'whose link it is',
      'if (user !== undefined) noteTenant(res, { id: user.tenantId })',
      '',
    ],
  ]),
  ...inFile('http/routes/sign-in.ts', REQUESTS, [
    ['CL-09 a request is logged', 'who signs in', 'noteTenant(res, { id: user.tenantId })', ''],
  ]),
  ...inFile('services/cancel-booking.ts', 'test/postgres/bookings.test.ts', [
    [
      'WS-20 a link that an earlier secret made',
      'the secret that made it',
      '&& parts.manageTokens.issue(booking.id) === manageToken ?',
      '?',
    ],
  ]),
  ...inFile('services/book-session.ts', 'test/services/book-session.test.ts', [
    [
      'long before: the same booking, by a link that works',
      'a link of the present secret',
      'await parts.bookings.replaceManageToken(booking.tenantId, booking.id, manageTokenHash, tokenHash)',
      '{}',
    ],
    [
      'by a process that has the former one: the same booking, by a link that works',
      'the link of a booking that the insert found',
      'return bookedEarlier(inserted)',
      'return booked(inserted.booking)',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/booking-store.ts', 'test/services/book-session.test.ts', [
    [
      'gives no link back to a booking whose client is erased',
      'the look whether the former link is still there',
      'where: { tenantId, id, manageTokenHash: former }',
      'where: { tenantId, id }',
    ],
  ]),
  ...inFile('services/cancel-booking.ts', 'test/faults/statements.test.ts', [
    [
      'one look for the link',
      'cancelling what the link has found',
      'byClient: ({ booking }) => cancel(booking',
      'byClient: async ({ booking }) => cancel((await parts.bookings.byManageToken(parts.manageTokens.hash(parts.manageTokens.issue(booking.id)))) ?? booking',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/cancel-booking.ts', 'test/faults/statements.test.ts', [
    ['three in its transaction', 'reading no more than is needed', 'select: SEEN', 'include: { service: true }'],
  ]),
]
