import { describe, expect, it } from 'vitest'
import { systemClock } from '../ports/clock.ts'
import type { RetentionStore } from '../ports/retention-store.ts'
import { createClientRetention } from './client-retention.ts'

const tenants = (count: number) => Array.from({ length: count }, (_, n) => ({ tenantId: String(n), days: 730 }))

/** A store where each of so many practices has so many bookings to erase. */
function withBookings(practices: number, each: number) {
  const left = new Map(tenants(practices).map(({ tenantId }) => [tenantId, each]))
  const retention: Pick<RetentionStore, 'due' | 'erase' | 'eraseConnections'> = {
    due: async () => tenants(practices),
    erase: async (tenantId, _before, limit) => {
      const erased = Math.min(limit, left.get(tenantId) ?? 0)
      left.set(tenantId, (left.get(tenantId) ?? 0) - erased)
      return erased
    },
    eraseConnections: async () => 0,
  }
  return createClientRetention({ retention: retention as RetentionStore, clock: systemClock })
}

describe('erasing clients', () => {
  it('has a turn for every practice, however many there are', async () => {
    expect(await withBookings(3_000, 2).erase()).toMatchObject({ erasedBookings: 6_000 })
  })

  it('ends after a hundred thousand bookings', async () => {
    expect(await withBookings(2, 90_000).erase()).toMatchObject({ erasedBookings: 100_000 })
  })

  it('ends between two practices when the process stops', async () => {
    const reason = new Error('the process stops')
    await expect(withBookings(2, 2).erase(AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})
