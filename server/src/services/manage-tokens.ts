import { createHash, createHmac, hkdfSync } from 'node:crypto'

/**
 * The token of a client's manage link: 256 bits derived from a key and the booking's id, so that a repeated request can
 * be answered with the same link although only the token's hash is stored.
 */
export interface ManageTokens {
  issue(bookingId: string): string
  /** The form in which the database keeps it. */
  hash(token: string): string
}

export function createManageTokens(secret: string): ManageTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'booking manage link', 32))
  return {
    issue: (bookingId) => createHmac('sha256', key).update(bookingId).digest('base64url'),
    hash: (token) => createHash('sha256').update(token).digest('hex'),
  }
}
