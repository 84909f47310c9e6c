/** What a line may carry: ids, counts, codes, times. Never a name, an address, a token, a URL with a query or a body. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** One event, one line. `event` is a fixed snake_case name; everything that varies is a field. */
export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} }
