import type { Response } from 'express'
import { REFUSALS, type Refusal } from './http-error.ts'

/** RFC 9457. */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
}

export function problemOf(refusal: Refusal, appUrl: string): ProblemDocument {
  const { status, word, title } = REFUSALS[refusal.kind]
  const { detail } = refusal.details
  return { type: `${appUrl}/problems/${word}`, title, status, ...(detail === undefined ? {} : { detail }) }
}

export function sendProblem(res: Response, refusal: Refusal, appUrl: string): void {
  const problem = problemOf(refusal, appUrl)
  res
    .status(problem.status)
    .set('Content-Type', 'application/problem+json; charset=utf-8')
    .send(Buffer.from(JSON.stringify(problem)))
}
