/** What a line may carry: ids, counts, codes, times. Never a name, an address, a token, a URL with a query or a body. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** One event, one line. `event` is a fixed snake_case name; everything that varies is a field. */
export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

/** Does `work`; each line that it brings about, however deep, carries `fields` too. A line's own fields come first. */
export type WithLogFields = <T>(fields: LogFields, work: () => T) => T

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} }
