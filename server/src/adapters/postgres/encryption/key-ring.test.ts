import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UnreadableTokens } from '../../../ports/token-vault.ts'
import { createKeyRing, kidOf, type SealContext, unreadableCode } from './key-ring.ts'

const key = (kid: string) => ({ kid, key: randomBytes(32) })
const context: SealContext = {
  table: 'calendar_connection',
  tenantId: 't1',
  rowId: 'r1',
  provider: 'MICROSOFT',
  field: 'token_cache',
  version: 3,
}
const bodyOf = (sealed: string) => Buffer.from(sealed.split('.')[2] ?? '', 'base64url')
const withBody = (sealed: string, body: Buffer) =>
  `${sealed.split('.').slice(0, 2).join('.')}.${body.toString('base64url')}`

function failure(work: () => unknown): UnreadableTokens {
  try {
    work()
  } catch (error) {
    if (error instanceof UnreadableTokens) return error
    throw error
  }
  throw new Error('It opened')
}

describe('key ring', () => {
  it('opens what it sealed, whatever the text', () => {
    const ring = createKeyRing([key('k1')])
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => ring.open(context, ring.seal(context, text)) === text),
    )
  })

  it('TS-03 draws a fresh IV of 12 bytes each time, so that one text never looks the same twice', () => {
    const ring = createKeyRing([key('k1')])
    const ivs = new Set(Array.from({ length: 20_000 }, () => bodyOf(ring.seal(context, 'x')).toString('latin1', 0, 12)))
    expect(ivs.size).toBe(20_000)
    expect(bodyOf(ring.seal(context, 'abc'))).toHaveLength(12 + 3 + 16)
  })

  it('TS-04 refuses to seal beyond a bound, key by key', () => {
    const ring = createKeyRing([key('k1'), key('k2')], 2)
    ring.seal(context, 'a')
    const last = ring.seal(context, 'b')
    expect(() => ring.seal(context, 'c')).toThrow('Key k1 has sealed too many values')
    expect(ring.open(context, last)).toBe('b')
    expect(ring.open(context, ring.seal(context, 'd', 'k2'))).toBe('d')
  })

  it.each([15, 12, 8, 4, 0])('TS-05 does not open with a tag of %i bytes', (length) => {
    const ring = createKeyRing([key('k1')])
    const body = bodyOf(ring.seal(context, ''))
    expect(unreadableCode(failure(() => ring.open(context, withBody('v1.k1.', body.subarray(0, 12 + length)))))).toBe(
      'malformed',
    )
    const long = bodyOf(ring.seal(context, 'a longer text than the tag'))
    const cut = withBody('v1.k1.', long.subarray(0, long.length - 16 + length))
    expect(unreadableCode(failure(() => ring.open(context, cut)))).toBe('not_authentic')
  })

  it('TS-06 TS-18 fails with one class and message whichever byte is flipped', () => {
    const ring = createKeyRing([key('k1')])
    const sealed = ring.seal(context, '{"secret":"canary"}')
    const body = bodyOf(sealed)
    for (let index = 0; index < body.length; index += 1) {
      const flipped = Buffer.from(body)
      flipped[index] = (flipped[index] ?? 0) ^ 1
      expect(failure(() => ring.open(context, withBody(sealed, flipped))).message).toBe(
        'A sealed value cannot be opened',
      )
    }
    for (const text of [
      '',
      'v1',
      'v1.k1',
      'v2.k1.AAAA',
      'v1.k1.AAAA',
      'v1..AAAA',
      'v1.k2.AAAA',
      `${sealed}.x`,
      'plain',
    ])
      expect(failure(() => ring.open(context, text)).message).toBe('A sealed value cannot be opened')
  })

  it('TS-06 opens one spelling of the bytes only', () => {
    const ring = createKeyRing([key('k1')])
    const sealed = ring.seal(context, 'abc')
    for (const variant of [`${sealed}=`, `${sealed}\n`, sealed.replace('v1.k1.', 'v1.k1. '), respelled(sealed)])
      expect(unreadableCode(failure(() => ring.open(context, variant)))).toBe('malformed')
  })

  it('TS-07 TS-08 opens only where it was sealed: table, tenant, row, provider, field, version', () => {
    const ring = createKeyRing([key('k1')])
    const sealed = ring.seal(context, 'x')
    const others: SealContext[] = [
      { ...context, table: 'oauth_attempt' },
      { ...context, tenantId: 't2' },
      { ...context, rowId: 'r2' },
      { ...context, provider: 'GOOGLE' },
      { ...context, field: 'name' },
      { ...context, version: 2 },
      // Without lengths these two would spell the same bytes as the first.
      { ...context, tenantId: 't1r', rowId: '1' },
      { ...context, table: 'calendar_connectiont', tenantId: '1' },
    ]
    for (const other of others) expect(unreadableCode(failure(() => ring.open(other, sealed)))).toBe('not_authentic')
  })

  it('TS-09 opens with every key it has, tries no other, and authenticates the key id', () => {
    const [k1, k2, k3] = [key('k1'), key('k2'), key('k3')]
    const old = createKeyRing([k1]).seal(context, 'old')
    const ring = createKeyRing([k3, k2, k1])
    expect(ring.open(context, old)).toBe('old')
    expect(kidOf(ring.seal(context, 'new'))).toBe('k3')
    expect(unreadableCode(failure(() => createKeyRing([k2]).open(context, old)))).toBe('unknown_key')
    expect(unreadableCode(failure(() => ring.open(context, old.replace('.k1.', '.k2.'))))).toBe('not_authentic')
    // The same bytes as key under another name: only the additional data can tell.
    const twins = createKeyRing([k1, { kid: 'twin', key: k1.key }])
    expect(unreadableCode(failure(() => twins.open(context, old.replace('.k1.', '.twin.'))))).toBe('not_authentic')
  })

  it('TS-18 shows its code to nobody who prints or serializes the error', () => {
    const error = failure(() => createKeyRing([key('k1')]).open(context, 'v1.k9.'.padEnd(60, 'A')))
    expect(`${JSON.stringify(error)}${Object.keys(error)}${error.stack}`).not.toMatch(/unknown_key|k9|AAAA/)
  })

  it('TS-02 is the only module that encrypts', () => {
    const sources = fs
      .readdirSync('server/src', { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
    const encrypting = sources
      .filter((name) => !name.endsWith('.test.ts') && !name.includes('generated'))
      .filter((name) =>
        /createCipher|createDecipher|subtle|webcrypto/.test(fs.readFileSync(path.join('server/src', name), 'utf8')),
      )
    expect(encrypting).toEqual([path.join('adapters', 'postgres', 'encryption', 'key-ring.ts')])
  })

  it('TS-13 is not made without keys, with short keys or with one name twice', () => {
    expect(() => createKeyRing([])).toThrow('needs a key')
    expect(() => createKeyRing([{ kid: 'k1', key: randomBytes(31) }])).toThrow('Key k1 must have 32 bytes')
    expect(() => createKeyRing([key('k1'), key('k1')])).toThrow('twice')
    expect(() => createKeyRing([key('k.1')])).toThrow('key id')
  })
})

/** The same bytes with other padding bits: base64url decoders that are not strict take it. */
function respelled(sealed: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = sealed.at(-1) ?? ''
  const other = `${sealed.slice(0, -1)}${alphabet[alphabet.indexOf(last) ^ 1]}`
  if (!Buffer.from(other.split('.')[2] ?? '', 'base64url').equals(bodyOf(sealed))) throw new Error('No spare bits here')
  return other
}
