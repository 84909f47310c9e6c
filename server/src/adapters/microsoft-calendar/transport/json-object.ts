import type { Json } from '../../../net/untrusted-json.ts'
import { garbled } from './graph-errors.ts'

/** The value as an object; anything else throws `garbled` with `code`. */
export function asObject(value: unknown, code: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw garbled(code)
  return value as Json
}

/** A boolean member of an event; Graph leaves out what is false, or gives null. */
export function asFlag(value: unknown): boolean {
  if (value === undefined || value === null) return false
  if (typeof value !== 'boolean') throw garbled('event_flag')
  return value
}

/** An enumeration's value in lower case, so that case decides nothing; undefined where there is none. */
export function asName(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw garbled('event_word')
  return value.toLowerCase()
}
