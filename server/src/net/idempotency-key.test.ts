import { describe, expect, it } from 'vitest'
import { storedKey } from './idempotency-key.ts'

describe('storedKey', () => {
  it('leaves ids as they are', () => {
    for (const id of ['6f1f0a52-6f0c-4b1e-8f0e-0d5a6a3d0c11', 'cmwy1htqh000akw7da7ziywfn', '42'])
      expect(storedKey(id)).toBe(id)
  })

  it('INV-3 gives every other text a key of its own, of one length', () => {
    const keys = ['AbC', 'aBc', 'Übung 1', 'übung 1', `${'0'.repeat(64)}1`, 'a b', "o'clock"].map(storedKey)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.filter((key) => !/^[0-9a-f]{64}$/.test(key))).toEqual([])
  })

  it('refuses a key that names nothing', () => {
    expect(() => storedKey('')).toThrow(expect.objectContaining({ reason: 'misconfigured' }))
  })
})
