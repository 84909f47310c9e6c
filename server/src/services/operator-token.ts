import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { MINUTE_MS } from '../domain/durations.ts'

/** Longer than a request takes, because the clocks of two machines may differ. */
const LASTS_MS = 5 * MINUTE_MS

/**
 * Proves for some minutes that a request comes from a command of this installation: the end of that time, with an HMAC under a key
 * that SESSION_SECRET gives. It lets its bearer see how her own request arrived, and nothing else.
 */
export function createOperatorToken(secret: string) {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'operator token', 32))
  const sign = (until: string): Buffer => createHmac('sha256', key).update(until).digest()

  return {
    issue(now: Date): string {
      const until = String(now.getTime() + LASTS_MS)
      return `${until}.${sign(until).toString('base64url')}`
    },

    isValid(token: string, now: Date): boolean {
      const [until = '', given = ''] = token.split('.')
      const signature = Buffer.from(given, 'base64url')
      const expected = sign(until)
      const left = Number(until) - now.getTime()
      const genuine = signature.length === expected.length && timingSafeEqual(signature, expected)
      return genuine && left > 0 && left <= 2 * LASTS_MS
    },
  }
}
