/** An object out of somebody else's JSON: each member is still to be checked. */
export type Json = Readonly<Record<string, unknown>>

/** A member of a value that may be no object; undefined where there is none. */
export const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

const WORD = /^[A-Za-z0-9_.-]{1,64}$/

/**
 * The value if it is one short word, as error codes and request ids are. Only words are logged: a sentence may quote what is
 * private.
 */
export const wordIn = (value: unknown): string | undefined =>
  typeof value === 'string' && WORD.test(value) ? value : undefined

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const isUuid = (text: string): boolean => UUID.test(text)
