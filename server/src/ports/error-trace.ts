/** What the log says of an error: its class, its code and the file and line that threw it. Its message may quote a row. */
export interface ErrorTrace {
  readonly error: string | undefined
  readonly code: string | undefined
  /** As in `rate-limit.js:45`. */
  readonly at: string | undefined
}

const WORD = /^[\w.-]{1,60}$/

export function traceOf(error: unknown): ErrorTrace {
  const word = (name: string): string | undefined => {
    const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
    return typeof value === 'string' && WORD.test(value) ? value : undefined
  }
  return { error: word('name'), code: word('code'), at: placeOf(error) }
}

function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined
  const afterMessage = error.stack.slice(error.stack.indexOf(error.message) + error.message.length)
  const [, file, line] = /(?:^|[\\/(\s])([^\\/\s()]+):(\d+):\d+\)?/.exec(afterMessage) ?? []
  return file === undefined ? undefined : `${file}:${line}`
}
