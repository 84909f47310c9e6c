import { createLog } from '../../src/adapters/pino/log.ts'
import type { Log, LogFields } from '../../src/ports/log.ts'

export interface LogEntry {
  readonly level: keyof Log
  readonly event: string
  readonly fields: LogFields
}

/** Keeps what is logged: as it was said, and as the product's log writes it. */
export class LogRecorder implements Log {
  readonly entries: LogEntry[] = []
  /** JSON, one line each. */
  readonly lines: string[] = []
  readonly #written = createLog('debug', { write: (line: string) => void this.lines.push(line) })

  info = (event: string, fields?: LogFields): void => this.#record('info', event, fields)
  warn = (event: string, fields?: LogFields): void => this.#record('warn', event, fields)
  error = (event: string, fields?: LogFields): void => this.#record('error', event, fields)

  /** The fields of every entry of this event. */
  of(event: string): LogFields[] {
    return this.entries.filter((entry) => entry.event === event).map(({ fields }) => fields)
  }

  /** The lines of this event, parsed: its fields, `time` and `level`. */
  written(event: string): Readonly<Record<string, unknown>>[] {
    return this.lines.map((line) => JSON.parse(line)).filter((line) => line.event === event)
  }

  clear(): void {
    this.entries.length = 0
    this.lines.length = 0
  }

  #record(level: LogEntry['level'], event: string, fields: LogFields = {}): void {
    this.entries.push({ level, event, fields })
    this.#written[level](event, fields)
  }
}
