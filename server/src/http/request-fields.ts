import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { isEmailAddress } from '../domain/email-address.ts'

/** A single text: a parameter given twice is parsed as a list, which this refuses. */
export const short = (limit: number) => z.string().max(limit)

// C0 and C1 controls, halves of surrogate pairs, line and paragraph separators, and the marks that turn the direction of
// the text around them.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu

const printable = (text: string): string => text.replace(UNPRINTABLE, ' ').replace(/\s+/g, ' ').trim()

// Zero-width signs, fillers and the blank of braille: a name of these alone shows as nothing.
const VISIBLE = /[^\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}\p{Z}\u2800]/u

export const NAME_LIMIT = 120
const EMAIL_LIMIT = 254

/** The message of an issue with a name that is too long; pages have words of their own for each. */
export const TOO_LONG = 'too_long'

export const ClientName = z
  .string()
  .max(NAME_LIMIT * 4, TOO_LONG)
  .transform(printable)
  .pipe(z.string().regex(VISIBLE).max(NAME_LIMIT, TOO_LONG))

export const ClientEmail = z
  .string()
  .max(EMAIL_LIMIT + 50)
  .transform((text) => text.trim())
  .pipe(z.string().max(EMAIL_LIMIT).refine(isEmailAddress))

/** An instant with its offset or Z. */
export const Instant = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((text) => new Date(text))
  .refine((instant) => !Number.isNaN(instant.getTime()))

/** Repeats of a request carry the same key. */
export const IdempotencyKey = z.string().regex(/^[\x20-\x7e]{1,255}$/)

/** Hidden in the booking form, so that sending it twice makes one booking. */
export const newIdempotencyKey = (): string => randomBytes(16).toString('base64url')

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)
