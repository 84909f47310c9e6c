import { garbled } from './graph-errors.ts'

export type Json = Readonly<Record<string, unknown>>

/** What is not an object here is an answer nobody can trust. */
export function asObject(value: unknown, code: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw garbled(code)
  return value as Json
}
