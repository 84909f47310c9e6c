import { memberOf, wordIn } from './untrusted-json.ts'

/** What may be kept of a library's or a provider's error: no message, no headers, no body, no stack. */
export interface RedactedCause {
  readonly name: string
  readonly code?: string
  readonly status?: number
}

const httpStatus = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 100 && value < 600 ? value : undefined

/** HTTP libraries attach requests, tokens and bodies to their errors and quote them in messages: only a name, a code and a status pass. */
export function redacted(error: unknown): RedactedCause {
  const cause = memberOf(error, 'cause')
  const code = [memberOf(error, 'code'), memberOf(error, 'errorCode'), memberOf(cause, 'code')]
    .map(wordIn)
    .find(Boolean)
  const status = [memberOf(error, 'status'), memberOf(error, 'statusCode')].map(httpStatus).find(Boolean)
  return {
    name: wordIn(memberOf(error, 'name')) ?? 'Error',
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { status }),
  }
}
