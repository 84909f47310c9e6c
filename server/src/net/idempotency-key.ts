import { createHash } from 'node:crypto'
import { CalendarError } from '../ports/calendar-failure.ts'

/** A UUID or another id of small letters, digits and hyphens, which every provider stores and compares letter for letter. */
const STORED_AS_IT_IS = /^[0-9a-z-]{1,64}$/

/**
 * What stands for an idempotency key on an event: the key itself where it is an id like a UUID or a cuid, else its SHA-256 in
 * hex. Providers limit the length of what they store, and do not document whether they compare capital letters.
 *
 * @throws CalendarError `misconfigured` for an empty key.
 */
export function storedKey(idempotencyKey: string): string {
  if (idempotencyKey === '')
    throw new CalendarError('misconfigured', 'an event needs an idempotency key', { code: 'idempotency_key' })
  return STORED_AS_IT_IS.test(idempotencyKey)
    ? idempotencyKey
    : createHash('sha256').update(idempotencyKey).digest('hex')
}

/** @throws RangeError for a name that would have to be quoted somewhere on its way. */
export function requireMarkerName(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9]{0,31}$/.test(name)) throw new RangeError('an event marker has 1 to 32 letters and digits')
  return name
}
