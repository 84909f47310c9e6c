import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UnreadableTokens } from '../../../ports/token-vault.ts'
import { createKeyRing, type ValueIdentity } from './key-ring.ts'

const key = (kid: string) => ({ kid, key: randomBytes(32) })
const identity: ValueIdentity = {
  table: 'calendar_connection',
  tenantId: 't1',
  rowId: 'r1',
  provider: 'MICROSOFT',
  field: 'token_cache',
  version: 3,
}
const WORDS = 'A stored value cannot be decrypted'
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
  throw new Error('It decrypted')
}

describe('key ring', () => {
  it('decrypts what it encrypted, whatever the text', () => {
    const ring = createKeyRing([key('k1')])
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => ring.decrypt(identity, ring.encrypt(identity, text)) === text,
      ),
    )
  })

  it('TS-03 draws a fresh IV of 12 bytes each time, so that one text never looks the same twice', () => {
    const ring = createKeyRing([key('k1')])
    const ivs = new Set(
      Array.from({ length: 20_000 }, () => bodyOf(ring.encrypt(identity, 'x')).toString('latin1', 0, 12)),
    )
    expect(ivs.size).toBe(20_000)
    expect(bodyOf(ring.encrypt(identity, 'abc'))).toHaveLength(12 + 3 + 16)
  })

  it('TS-04 refuses to encrypt beyond a bound, key by key', () => {
    const ring = createKeyRing([key('k1'), key('k2')], 2)
    ring.encrypt(identity, 'a')
    const last = ring.encrypt(identity, 'b')
    expect(() => ring.encrypt(identity, 'c')).toThrow('Key k1 has encrypted too many values')
    expect(ring.decrypt(identity, last)).toBe('b')
    expect(ring.decrypt(identity, ring.encrypt(identity, 'd', 'k2'))).toBe('d')
  })

  it.each([15, 12, 8, 4, 0])('TS-05 does not decrypt with a tag of %i bytes', (length) => {
    const ring = createKeyRing([key('k1')])
    const body = bodyOf(ring.encrypt(identity, ''))
    expect(failure(() => ring.decrypt(identity, withBody('v1.k1.', body.subarray(0, 12 + length)))).message).toBe(WORDS)
    const long = bodyOf(ring.encrypt(identity, 'a longer text than the tag'))
    const cut = withBody('v1.k1.', long.subarray(0, long.length - 16 + length))
    expect(failure(() => ring.decrypt(identity, cut)).message).toBe(WORDS)
  })

  it('TS-06 TS-18 fails with one class and message whichever byte is flipped', () => {
    const ring = createKeyRing([key('k1')])
    const sealed = ring.encrypt(identity, '{"secret":"canary"}')
    const body = bodyOf(sealed)
    for (let index = 0; index < body.length; index += 1) {
      const flipped = Buffer.from(body)
      flipped[index] = (flipped[index] ?? 0) ^ 1
      expect(failure(() => ring.decrypt(identity, withBody(sealed, flipped))).message).toBe(WORDS)
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
      expect(failure(() => ring.decrypt(identity, text)).message).toBe(WORDS)
  })

  it('TS-06 decrypts one spelling of the bytes only', () => {
    const ring = createKeyRing([key('k1')])
    const sealed = ring.encrypt(identity, 'abc')
    for (const variant of [`${sealed}=`, `${sealed}\n`, sealed.replace('v1.k1.', 'v1.k1. '), respelled(sealed)])
      expect(failure(() => ring.decrypt(identity, variant)).message).toBe(WORDS)
  })

  it('TS-07 TS-08 decrypts only where it was encrypted: table, tenant, row, provider, field, version', () => {
    const ring = createKeyRing([key('k1')])
    const sealed = ring.encrypt(identity, 'x')
    const others: ValueIdentity[] = [
      { ...identity, table: 'oauth_attempt' },
      { ...identity, tenantId: 't2' },
      { ...identity, rowId: 'r2' },
      { ...identity, provider: 'GOOGLE' },
      { ...identity, field: 'name' },
      { ...identity, version: 2 },
      // Without lengths these two would give the same additional data as the first.
      { ...identity, tenantId: 't1r', rowId: '1' },
      { ...identity, table: 'calendar_connectiont', tenantId: '1' },
    ]
    for (const other of others) expect(failure(() => ring.decrypt(other, sealed)).message).toBe(WORDS)
  })

  it('TS-09 decrypts with every key it has, tries no other, and authenticates the key id', () => {
    const [k1, k2, k3] = [key('k1'), key('k2'), key('k3')]
    const old = createKeyRing([k1]).encrypt(identity, 'old')
    const ring = createKeyRing([k3, k2, k1])
    expect(ring.decrypt(identity, old)).toBe('old')
    expect(ring.encrypt(identity, 'new').split('.')[1]).toBe('k3')
    expect(failure(() => createKeyRing([k2]).decrypt(identity, old)).message).toBe(WORDS)
    expect(failure(() => ring.decrypt(identity, old.replace('.k1.', '.k2.'))).message).toBe(WORDS)
    // The same bytes as key under another name: only the additional data can tell.
    const twins = createKeyRing([k1, { kid: 'twin', key: k1.key }])
    expect(failure(() => twins.decrypt(identity, old.replace('.k1.', '.twin.'))).message).toBe(WORDS)
  })

  it('TS-18 says the same of a foreign key, a foreign row and a broken form', () => {
    const ring = createKeyRing([key('k1')])
    const sealed = ring.encrypt(identity, 'canary')
    const errors = [
      failure(() => createKeyRing([key('k2')]).decrypt(identity, sealed)),
      failure(() => createKeyRing([key('k1')]).decrypt(identity, sealed)),
      failure(() => ring.decrypt({ ...identity, rowId: 'r2' }, sealed)),
      failure(() => ring.decrypt(identity, 'v1.k1')),
    ]
    const said = errors.map((error) => ({ ...error, name: error.name, message: error.message, cause: error.cause }))
    expect(new Set(said.map((words) => JSON.stringify(words)))).toEqual(
      new Set([JSON.stringify({ name: 'UnreadableTokens', message: WORDS })]),
    )
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
