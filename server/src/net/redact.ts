/** What may be kept of a library's or a provider's error: no message, no headers, no body, no stack. */
export interface RedactedCause {
  readonly name: string
  readonly code?: string
  readonly status?: number
}

const WORD = /^[A-Za-z0-9_.-]{1,64}$/

const property = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined

const word = (value: unknown): string | undefined => (typeof value === 'string' && WORD.test(value) ? value : undefined)

/** HTTP libraries attach requests, tokens and bodies to their errors and quote them in messages: only a name, a code and a status pass. */
export function redacted(error: unknown): RedactedCause {
  const cause = property(error, 'cause')
  const code = [property(error, 'code'), property(error, 'errorCode'), property(cause, 'code')].map(word).find(Boolean)
  const status = [property(error, 'status'), property(error, 'statusCode')].find(
    (value) => typeof value === 'number' && value >= 100 && value < 600,
  )
  return {
    name: word(property(error, 'name')) ?? 'Error',
    ...(code === undefined ? {} : { code }),
    ...(typeof status === 'number' ? { status } : {}),
  }
}
