import { PROBLEMS, type ProblemKind } from './problem-details.ts'

interface HttpErrorDetails {
  /** For whoever calls the API; never holds what was sent. */
  readonly detail?: string
  readonly retryAfterSeconds?: number
  /** The methods that would be answered. */
  readonly allow?: string
}

/** Thrown by routes and middleware; the error handler alone turns it into an answer. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly kind: ProblemKind
  readonly details: HttpErrorDetails

  constructor(kind: ProblemKind, details: HttpErrorDetails = {}) {
    super(PROBLEMS[kind].title)
    this.kind = kind
    this.details = details
  }
}

/** Seconds for a Retry-After header; half a minute where the provider named no time. */
export const retrySeconds = (milliseconds: number | undefined): number =>
  Math.max(1, Math.ceil((milliseconds ?? 30_000) / 1000))
