import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { DAY_MS } from '../domain/durations.ts'
import type { CalendarProviderType } from '../ports/calendar-provider-type.ts'

/** Long, because an administrator may be away or have to ask somebody. */
const ADMIN_LINK_MS = 7 * DAY_MS

/**
 * The state of an administrator's link: tenant, provider and end, with an HMAC. It is bound to no web session, because she
 * has none here. It proves that we made the link for this tenant and when it ends, and gives no access to anything.
 */
export function createAdminConsentState(secret: string) {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'administrator consent state', 32))
  const sign = (body: string): string => createHmac('sha256', key).update(body).digest('base64url')

  return {
    /** `until`: when the state ends. */
    issue(
      tenantId: string,
      provider: CalendarProviderType,
      now: Date,
    ): { readonly state: string; readonly until: Date } {
      const until = new Date(now.getTime() + ADMIN_LINK_MS)
      const body = [tenantId, provider, until.getTime(), randomBytes(16).toString('base64url')].join('.')
      return { state: `${body}.${sign(body)}`, until }
    },

    /** `id` tells one state from another, and does not lead back to it. Undefined where we did not make it for this. */
    read(
      state: string,
      provider: CalendarProviderType,
    ): { readonly tenantId: string; readonly id: string; readonly until: Date } | undefined {
      const at = state.lastIndexOf('.')
      const body = state.slice(0, Math.max(at, 0))
      const [expected, given] = [sign(body), state.slice(at + 1)].map((text) => Buffer.from(text))
      if (expected === undefined || given === undefined || expected.length !== given.length) return undefined
      const [tenantId = '', forProvider, expiresAt] = body.split('.')
      const genuine = timingSafeEqual(expected, given) && forProvider === provider
      if (!genuine) return undefined
      const id = createHash('sha256').update(body).digest('base64url').slice(0, 22)
      return { tenantId, id, until: new Date(Number(expiresAt)) }
    },
  }
}
