import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { UnreadableTokens } from '../../../ports/token-vault.ts'

const ALGORITHM = 'aes-256-gcm'
const VERSION = 'v1'
const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
/** A quarter of the 2^32 messages that NIST SP 800-38D (8.3) allows one key with random IVs. */
const MAX_MESSAGES = 2 ** 30

const KID = /^[A-Za-z0-9_-]{1,32}$/

/** Where a sealed value lives. It opens there and nowhere else. */
export interface SealContext {
  readonly table: string
  readonly tenantId: string
  readonly rowId: string
  readonly provider: string
  readonly field: string
  /** The row's compare-and-set counter, so that yesterday's value of the same row does not open; 1 where there is none. */
  readonly version: number
}

export interface EncryptionKey {
  readonly kid: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

/** Why a value did not open: for a metric or a log's code, never for an answer. */
export type UnreadableCode = 'malformed' | 'unknown_key' | 'not_authentic'

/** Seals under its first key and opens with all. */
export interface KeyRing {
  readonly primary: string
  readonly kids: readonly string[]
  /** `v1.<kid>.<base64url(iv | ciphertext | tag)>`, under the first key unless `kid` names another. */
  seal(context: SealContext, text: string, kid?: string): string
  /** Throws UnreadableTokens, always with the same words. */
  open(context: SealContext, sealed: string): string
}

const codes = new WeakMap<UnreadableTokens, UnreadableCode>()

/** Kept beside the error, so that no serializer and no answer ever shows it. */
export const unreadableCode = (error: UnreadableTokens): UnreadableCode | undefined => codes.get(error)

function unreadable(code: UnreadableCode): UnreadableTokens {
  const error = new UnreadableTokens('A sealed value cannot be opened')
  codes.set(error, code)
  return error
}

/** The key id of a sealed value; undefined when it is not one. */
export const kidOf = (sealed: string): string | undefined => parse(sealed)?.kid

export function createKeyRing(keys: readonly EncryptionKey[], maxMessages = MAX_MESSAGES): KeyRing {
  const primary = keys[0]
  if (primary === undefined) throw new Error('A key ring needs a key')
  const byKid = new Map(keys.map((entry) => [entry.kid, { key: secretKey(entry), messages: 0 }]))
  if (byKid.size !== keys.length) throw new Error('A key ring names one key id twice')

  return {
    primary: primary.kid,
    kids: [...byKid.keys()],
    seal(context, text, kid = primary.kid) {
      const entry = byKid.get(kid)
      if (entry === undefined) throw new Error(`The key ring has no key ${kid}`)
      if (entry.messages >= maxMessages) throw new Error(`Key ${kid} has sealed too many values: rotate the token keys`)
      entry.messages += 1
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv(ALGORITHM, entry.key, iv, { authTagLength: TAG_BYTES })
      cipher.setAAD(additionalData(context, kid))
      const body = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${VERSION}.${kid}.${body.toString('base64url')}`
    },
    open(context, sealed) {
      const parts = parse(sealed)
      if (parts === undefined) throw unreadable('malformed')
      const entry = byKid.get(parts.kid)
      if (entry === undefined) throw unreadable('unknown_key')
      return decrypt(entry.key, additionalData(context, parts.kid), parts.body)
    },
  }
}

function secretKey({ kid, key }: EncryptionKey): KeyObject {
  if (!KID.test(kid)) throw new Error('A key id has 1 to 32 letters, digits, - and _')
  if (key.length !== KEY_BYTES) throw new Error(`Key ${kid} must have ${KEY_BYTES} bytes`)
  return createSecretKey(key)
}

function parse(sealed: string): { kid: string; body: Buffer } | undefined {
  const [version, kid, encoded, ...rest] = sealed.split('.')
  if (version !== VERSION || kid === undefined || encoded === undefined || rest.length > 0) return undefined
  const body = Buffer.from(encoded, 'base64url')
  // Node skips what is not base64url; only the one true spelling of the bytes counts.
  const canonical = body.toString('base64url') === encoded
  return KID.test(kid) && canonical && body.length >= IV_BYTES + TAG_BYTES ? { kid, body } : undefined
}

function decrypt(key: KeyObject, aad: Buffer, body: Buffer): string {
  // Without authTagLength Node 20 takes tags of four bytes.
  const decipher = createDecipheriv(ALGORITHM, key, body.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(aad)
  decipher.setAuthTag(body.subarray(-TAG_BYTES))
  const start = decipher.update(body.subarray(IV_BYTES, -TAG_BYTES))
  try {
    return Buffer.concat([start, decipher.final()]).toString('utf8')
  } catch {
    throw unreadable('not_authentic')
  }
}

/** Length-prefixed, so that no two contexts spell the same bytes. */
function additionalData(context: SealContext, kid: string): Buffer {
  const { table, tenantId, rowId, provider, field, version } = context
  return Buffer.concat(
    [table, tenantId, rowId, provider, field, String(version), kid].flatMap((part) => {
      const bytes = Buffer.from(part, 'utf8')
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}
