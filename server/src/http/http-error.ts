/** Why a request is not done, and what the answer is called: the status, and the last word of a problem document's type. */
export const HTTP_ERRORS = {
  malformed: { status: 400, word: 'invalid', title: 'The request could not be read' },
  signed_out: { status: 401, word: 'signed-out', title: 'Sign in first' },
  forbidden: { status: 403, word: 'forbidden', title: 'This is not allowed' },
  forged: { status: 403, word: 'forbidden', title: 'The request did not come from this site' },
  expired_form: { status: 403, word: 'forbidden', title: 'The form is too old' },
  not_found: { status: 404, word: 'not-found', title: 'There is nothing here' },
  wrong_method: { status: 405, word: 'method-not-allowed', title: 'This cannot be done here' },
  taken: { status: 409, word: 'slot-taken', title: 'The time was booked by someone else' },
  too_large: { status: 413, word: 'invalid', title: 'The request is too large' },
  wrong_type: { status: 415, word: 'invalid', title: 'The content type must be application/json' },
  invalid: { status: 422, word: 'invalid', title: 'The request is not valid' },
  not_a_slot: { status: 422, word: 'not-a-slot', title: 'This time cannot be booked' },
  key_reused: { status: 422, word: 'idempotency-key-reused', title: 'The key was used for another request' },
  too_many: { status: 429, word: 'too-many', title: 'Too many requests' },
  broken: { status: 500, word: 'internal', title: 'Something went wrong here' },
  unavailable: { status: 503, word: 'unavailable', title: 'Nothing can be answered right now' },
  unreadable: { status: 503, word: 'calendar-unreadable', title: 'The calendar cannot be read right now' },
} as const satisfies Record<string, { status: number; word: string; title: string }>

export type HttpErrorKind = keyof typeof HTTP_ERRORS

export interface HttpErrorDetails {
  /** For whoever calls the API; never holds what was sent. */
  readonly detail?: string
  readonly retryAfterSeconds?: number
  /** The methods that would be answered. */
  readonly allow?: string
}

/** Thrown by routes and middleware; the error handler alone turns it into an answer. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly kind: HttpErrorKind
  readonly details: HttpErrorDetails

  constructor(kind: HttpErrorKind, details: HttpErrorDetails = {}) {
    super(HTTP_ERRORS[kind].title)
    this.kind = kind
    this.details = details
  }
}

/** Seconds for a Retry-After header; half a minute where nobody said. */
export const retrySeconds = (milliseconds: number | undefined): number =>
  Math.max(1, Math.ceil((milliseconds ?? 30_000) / 1000))
