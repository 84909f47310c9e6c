import type { Response } from 'express'

/** What a request can fail with: the status, the last word of the problem's type (RFC 9457), and its title. */
export const PROBLEMS = {
  malformed: { status: 400, type: 'invalid', title: 'The request could not be read' },
  signed_out: { status: 401, type: 'signed-out', title: 'Sign in first' },
  forbidden: { status: 403, type: 'forbidden', title: 'This is not allowed' },
  forged: { status: 403, type: 'forbidden', title: 'The request did not come from this site' },
  expired_form: { status: 403, type: 'forbidden', title: 'The form is too old' },
  not_found: { status: 404, type: 'not-found', title: 'There is nothing here' },
  wrong_method: { status: 405, type: 'method-not-allowed', title: 'This cannot be done here' },
  taken: { status: 409, type: 'slot-taken', title: 'The time is taken' },
  closed: { status: 410, type: 'closed', title: 'No bookings are taken here any more' },
  too_large: { status: 413, type: 'invalid', title: 'The request is too large' },
  wrong_type: { status: 415, type: 'invalid', title: 'The content type must be application/json' },
  invalid: { status: 422, type: 'invalid', title: 'The request is not valid' },
  not_a_slot: { status: 422, type: 'not-a-slot', title: 'This time cannot be booked' },
  key_reused: { status: 422, type: 'idempotency-key-reused', title: 'The key was used for another request' },
  too_many: { status: 429, type: 'too-many', title: 'Too many requests' },
  broken: { status: 500, type: 'internal', title: 'Something went wrong here' },
  unavailable: { status: 503, type: 'unavailable', title: 'Nothing can be answered right now' },
  unreadable: { status: 503, type: 'calendar-unreadable', title: 'The calendar cannot be read right now' },
} as const satisfies Record<string, { status: number; type: string; title: string }>

export type ProblemKind = keyof typeof PROBLEMS

/** Answers as `application/problem+json` (RFC 9457). `detail` is for whoever calls the API; `requestId` finds its lines in our log. */
export function sendProblem(res: Response, kind: ProblemKind, detail: string | undefined, appUrl: string): void {
  const { status, type, title } = PROBLEMS[kind]
  const { requestId } = res.locals
  const problem = {
    type: `${appUrl}/problems/${type}`,
    title,
    status,
    ...(detail !== undefined && { detail }),
    ...(requestId !== undefined && { requestId }),
  }
  res
    .status(status)
    .set('Content-Type', 'application/problem+json; charset=utf-8')
    .send(Buffer.from(JSON.stringify(problem)))
}
