import type { Response } from 'express'
import { HTTP_ERRORS, type HttpError } from './http-error.ts'

/** RFC 9457. */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
}

export function problemOf(refusal: HttpError, appUrl: string): ProblemDocument {
  const { status, word, title } = HTTP_ERRORS[refusal.kind]
  const { detail } = refusal.details
  return { type: `${appUrl}/problems/${word}`, title, status, ...(detail === undefined ? {} : { detail }) }
}

export function sendProblem(res: Response, refusal: HttpError, appUrl: string): void {
  const problem = problemOf(refusal, appUrl)
  res
    .status(problem.status)
    .set('Content-Type', 'application/problem+json; charset=utf-8')
    .send(Buffer.from(JSON.stringify(problem)))
}
