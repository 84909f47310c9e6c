import { describe, expect, it } from 'vitest'
import { healthOf, waitsForPeople } from './connection-health.ts'

const at = new Date('2026-11-22T09:14:00Z')
const evidence = { access: 'bookings', lastReadAt: at, failure: undefined, failingSince: undefined } as const

describe('health is derived from evidence', () => {
  it('says none, ok and read only', () => {
    expect(healthOf(undefined)).toEqual({ state: 'none' })
    expect(healthOf(evidence)).toEqual({ state: 'ok', lastReadAt: at })
    expect(healthOf({ ...evidence, access: 'availability' })).toEqual({ state: 'read_only', lastReadAt: at })
  })

  it.each([
    ['timeout', 'failing'],
    ['unavailable', 'failing'],
    ['throttled', 'failing'],
    ['garbled', 'unusable'],
    ['conflict', 'unusable'],
    ['forbidden', 'forbidden'],
    ['reconnect', 'reconnect'],
    ['admin_consent', 'admin_consent'],
    ['not_found', 'calendar_gone'],
    ['misconfigured', 'our_fault'],
  ] as const)('%s shows as %s', (failure, state) => {
    expect(healthOf({ ...evidence, failure, failingSince: at })).toEqual({ state, since: at, lastReadAt: at })
  })

  it('is failing only where both the failure and its beginning are known', () => {
    expect(healthOf({ ...evidence, failure: 'reconnect' })).toEqual({ state: 'ok', lastReadAt: at })
    expect(healthOf({ ...evidence, failingSince: at })).toEqual({ state: 'ok', lastReadAt: at })
  })

  it('waits for people where a consent is missing, and for nothing else', () => {
    expect([waitsForPeople('reconnect'), waitsForPeople('admin_consent')]).toEqual([true, true])
    expect((['none', 'forbidden', 'calendar_gone'] as const).some(waitsForPeople)).toBe(false)
  })

  it('INV-8 no transient failure ever asks the therapist to act', () => {
    expect(
      ['ok', 'read_only', 'failing', 'unusable', 'our_fault'].some((state) => waitsForPeople(state as 'failing')),
    ).toBe(false)
  })
})
