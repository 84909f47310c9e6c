import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { DAY_MS } from '../domain/durations.ts'
import type { CalendarProviderType } from '../ports/calendar-provider-type.ts'

/** An administrator may take her time. */
const ADMIN_LINK_MS = 7 * DAY_MS

/**
 * The state of an administrator's link: she has no session here, so it is not bound to one. It proves that we made the
 * link for this tenant, within a week; it opens nothing.
 */
export function createAdminConsentState(secret: string) {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'administrator consent state', 32))
  const sign = (body: string): string => createHmac('sha256', key).update(body).digest('base64url')

  return {
    issue(tenantId: string, provider: CalendarProviderType, now: Date): string {
      const body = [tenantId, provider, now.getTime() + ADMIN_LINK_MS, randomBytes(16).toString('base64url')].join('.')
      return `${body}.${sign(body)}`
    },

    verify(state: string, provider: CalendarProviderType, now: Date): string | undefined {
      const at = state.lastIndexOf('.')
      const body = state.slice(0, Math.max(at, 0))
      const [expected, given] = [sign(body), state.slice(at + 1)].map((text) => Buffer.from(text))
      if (expected === undefined || given === undefined || expected.length !== given.length) return undefined
      const [tenantId, forProvider, expiresAt] = body.split('.')
      const genuine = timingSafeEqual(expected, given) && forProvider === provider && Number(expiresAt) > now.getTime()
      return genuine ? tenantId : undefined
    },
  }
}
