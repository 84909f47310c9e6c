import pino, { type DestinationStream } from 'pino'
import { withWorkFields, workFields } from '../../concurrency/work-fields.ts'
import type { Log, LogFields, WithLogFields } from '../../ports/log.ts'

const LONGEST_VALUE = 200
/** What needs nothing of this: nearly every value. */
const PLAIN = /^[ -~]{0,200}$/

/** Replaces controls, so that one log event stays one line: JSON leaves U+2028 and U+2029 as they are, and terminals obey escapes. */
const inert = (value: LogFields[string]): LogFields[string] =>
  typeof value === 'string' && !PLAIN.test(value)
    ? value.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�').slice(0, LONGEST_VALUE)
    : value

export const withLogFields: WithLogFields = withWorkFields

function inertFields(fields: LogFields): LogFields {
  const all: Record<string, LogFields[string]> = {}
  for (const some of [workFields(), fields]) for (const [name, value] of Object.entries(some)) all[name] = inert(value)
  return all
}

/** JSON lines on standard output: `time` in UTC, `level`, `event` and its fields. */
export function createLog(level: 'debug' | 'info' | 'warn' | 'error' | 'silent', destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    messageKey: 'event',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const lines = destination === undefined ? pino(options) : pino(options, destination)
  return {
    info: (event, fields = {}) => lines.info(inertFields(fields), event),
    warn: (event, fields = {}) => lines.warn(inertFields(fields), event),
    error: (event, fields = {}) => lines.error(inertFields(fields), event),
  }
}
