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

/**
 * Which stored value this is. It goes into the additional data of AES-GCM, so that a ciphertext decrypts in its own row and
 * column only.
 */
export interface ValueIdentity {
  readonly table: string
  readonly tenantId: string
  readonly rowId: string
  readonly provider: string
  /** The column. */
  readonly field: string
  /** The row's compare-and-set counter, so that an earlier value of the same row does not decrypt; 1 where there is none. */
  readonly version: number
}

export interface EncryptionKey {
  readonly kid: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

/** The configured keys: the first encrypts, all decrypt. */
export interface KeyRing {
  /** Key id of the first key. */
  readonly firstKid: string
  /** Key ids of all keys, in the order of the configuration. */
  readonly kids: readonly string[]
  /**
   * Gives `v1.<kid>.<base64url(iv | ciphertext | tag)>`, under the first key unless `kid` names another. Throws where the
   * ring has no such key, or where that key has encrypted a quarter of what NIST allows it.
   */
  encrypt(identity: ValueIdentity, text: string, kid?: string): string
  /** Throws UnreadableTokens, with the same words whether the form, the key id or the authentication tag is wrong. */
  decrypt(identity: ValueIdentity, sealed: string): string
}

const unreadable = (): UnreadableTokens => new UnreadableTokens('A stored value cannot be decrypted')

export function createKeyRing(keys: readonly EncryptionKey[], maxMessages = MAX_MESSAGES): KeyRing {
  const first = keys[0]
  if (first === undefined) throw new Error('A key ring needs a key')
  const byKid = new Map(keys.map((entry) => [entry.kid, { key: secretKey(entry), messages: 0 }]))
  if (byKid.size !== keys.length) throw new Error('A key ring names one key id twice')

  return {
    firstKid: first.kid,
    kids: [...byKid.keys()],
    encrypt(identity, text, kid = first.kid) {
      const entry = byKid.get(kid)
      if (entry === undefined) throw new Error(`The key ring has no key ${kid}`)
      if (entry.messages >= maxMessages)
        throw new Error(`Key ${kid} has encrypted too many values: rotate the token keys`)
      entry.messages += 1
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv(ALGORITHM, entry.key, iv)
      cipher.setAAD(additionalData(identity, kid))
      const body = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${VERSION}.${kid}.${body.toString('base64url')}`
    },
    decrypt(identity, sealed) {
      const parts = parse(sealed)
      const entry = parts === undefined ? undefined : byKid.get(parts.kid)
      if (parts === undefined || entry === undefined) throw unreadable()
      return decrypt(entry.key, additionalData(identity, parts.kid), parts.body)
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
  // Node skips characters that are not base64url: only the canonical spelling of the bytes is a sealed value.
  const canonical = body.toString('base64url') === encoded
  return KID.test(kid) && canonical && body.length >= IV_BYTES + TAG_BYTES ? { kid, body } : undefined
}

function decrypt(key: KeyObject, aad: Buffer, body: Buffer): string {
  // The tag is cut off at its full length: a shorter one, which Node would take, never reaches it.
  const decipher = createDecipheriv(ALGORITHM, key, body.subarray(0, IV_BYTES))
  decipher.setAAD(aad)
  decipher.setAuthTag(body.subarray(-TAG_BYTES))
  const start = decipher.update(body.subarray(IV_BYTES, -TAG_BYTES))
  try {
    return Buffer.concat([start, decipher.final()]).toString('utf8')
  } catch {
    throw unreadable()
  }
}

/** Each part has its length in front, so that no two identities give the same bytes. */
function additionalData(identity: ValueIdentity, kid: string): Buffer {
  const { table, tenantId, rowId, provider, field, version } = identity
  return Buffer.concat(
    [table, tenantId, rowId, provider, field, String(version), kid].flatMap((part) => {
      const bytes = Buffer.from(part, 'utf8')
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}
