import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../src/ports/clock.ts'
import {
  type ConnectionRef,
  type StoredTokens,
  type TokenVault,
  UnreadableTokens,
} from '../../src/ports/token-vault.ts'
import type { MovableClock } from '../support/movable-clock.ts'
import { AGAIN, FIRST, type VaultUnderTest } from './vault-under-test.ts'

type Tokens = Omit<StoredTokens, 'version'>
type Row = Omit<StoredTokens, 'tokenCache'> & {
  readonly tenantId: string
  readonly sealed: string
  readonly lease?: { readonly owner: string; readonly until: number } | undefined
  readonly pausedUntil?: number
}

const KEY = randomBytes(32)

/** AES-256-GCM as applications often have it: without additional data. */
const encrypt = (text: string): string => {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', KEY, iv)
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

const decrypt = (sealed: string): string => {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', KEY, bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(-16))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')
  } catch {
    throw new UnreadableTokens('it does not decrypt')
  }
}

/**
 * A token store as it is written from the names of the methods alone: it encrypts without additional data, looks before it
 * writes, and keeps a pause in the connection's row.
 */
class NaiveVault implements TokenVault {
  readonly rows = new Map<string, Row>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async read(ref: ConnectionRef): Promise<StoredTokens | undefined> {
    const row = await this.#find(ref)
    if (row === undefined) return undefined
    const { sealed, version, accessExpiresAt, scopes } = row
    return { tokenCache: decrypt(sealed), version, accessExpiresAt, scopes }
  }

  async status(ref: ConnectionRef) {
    const row = await this.#find(ref)
    return row && { version: row.version, pausedForMs: Math.max(0, (row.pausedUntil ?? 0) - this.#now()) }
  }

  async pause(ref: ConnectionRef, milliseconds: number): Promise<void> {
    await this.#change(ref, { pausedUntil: this.#now() + milliseconds })
  }

  async lease(ref: ConnectionRef, milliseconds: number): Promise<string | undefined> {
    const row = await this.#find(ref)
    if (row === undefined || (row.lease?.until ?? 0) > this.#now()) return undefined
    const owner = randomUUID()
    await this.#change(ref, { lease: { owner, until: this.#now() + milliseconds } })
    return owner
  }

  async commit(ref: ConnectionRef, lease: string, basedOn: number, tokens: Tokens): Promise<number | undefined> {
    const row = await this.#find(ref)
    if (row?.version !== basedOn || row.lease?.owner !== lease) return undefined
    const { tokenCache, ...rest } = tokens
    await this.#change(ref, { ...rest, sealed: encrypt(tokenCache), version: basedOn + 1, lease: undefined })
    return basedOn + 1
  }

  async release(ref: ConnectionRef, lease: string): Promise<void> {
    if ((await this.#find(ref))?.lease?.owner === lease) await this.#change(ref, { lease: undefined })
  }

  put(ref: ConnectionRef, { tokenCache, ...rest }: Tokens): void {
    const version = (this.rows.get(ref.connectionId)?.version ?? 0) + 1
    this.rows.set(ref.connectionId, { ...rest, tenantId: ref.tenantId, sealed: encrypt(tokenCache), version })
  }

  /** As over a network: others come in between. */
  async #find({ connectionId, tenantId }: ConnectionRef): Promise<Row | undefined> {
    await turn()
    const row = this.rows.get(connectionId)
    return row?.tenantId === tenantId ? row : undefined
  }

  async #change(ref: ConnectionRef, change: Partial<Row>): Promise<void> {
    const row = await this.#find(ref)
    if (row !== undefined) this.rows.set(ref.connectionId, { ...row, ...change })
  }

  #now(): number {
    return this.#clock.now().getTime()
  }
}

export function openNaiveVault(clock: MovableClock): VaultUnderTest {
  const vault = new NaiveVault(clock)
  const connect = async (): Promise<ConnectionRef> => {
    const ref = { tenantId: randomUUID(), connectionId: randomUUID() }
    vault.put(ref, FIRST)
    return ref
  }
  const change = async (ref: ConnectionRef, what: Partial<Row>): Promise<ConnectionRef> => {
    const row = vault.rows.get(ref.connectionId)
    if (row !== undefined) vault.rows.set(ref.connectionId, { ...row, ...what })
    return { ...ref, tenantId: what.tenantId ?? ref.tenantId }
  }
  const sealedOf = ({ connectionId }: ConnectionRef): string => vault.rows.get(connectionId)?.sealed ?? ''
  return {
    vault,
    another: vault,
    connect,
    reconnect: async (ref) => vault.put(ref, AGAIN),
    disconnect: async ({ connectionId }) => void vault.rows.delete(connectionId),
    pass: async (milliseconds) => clock.advance(milliseconds),
    ciphertexts: {
      copyToAnotherRow: async () => change(await connect(), { sealed: sealedOf(await connect()) }),
      moveToAnotherTenant: async () => change(await connect(), { tenantId: randomUUID() }),
      // Its row knows no provider: the same text counts for any.
      changeTheProvider: connect,
      replaceByAnotherField: async () => change(await connect(), { sealed: encrypt('ada@practice.example') }),
      async writeBackTheEarlierVersion() {
        const ref = await connect()
        const sealed = sealedOf(ref)
        await vault.commit(ref, (await vault.lease(ref, 1000)) ?? '', 1, AGAIN)
        return change(ref, { sealed })
      },
    },
  }
}
