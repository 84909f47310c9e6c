import type { ConnectionRef, StoredTokens, TokenVault } from '../../src/ports/token-vault.ts'

/** What a writer of the database, and nobody else, can do to the ciphertexts of a vault. Each gives what to read then. */
export interface Ciphertexts {
  /** Copies the tokens of one connection into the row of another one of the same tenant, provider and version. */
  copyToAnotherRow(): Promise<ConnectionRef>
  moveToAnotherTenant(): Promise<ConnectionRef>
  changeTheProvider(): Promise<ConnectionRef>
  /** Puts the ciphertext of another field of the same tenant and provider in the place of the tokens. */
  replaceByAnotherField(): Promise<ConnectionRef>
  /** After a commit, writes back what stood there before it. */
  writeBackTheEarlierVersion(): Promise<ConnectionRef>
}

/** A vault, and a hand that reaches behind it. */
export interface VaultUnderTest {
  readonly vault: TokenVault
  /** The vault as another process sees it, whose own clock is wrong by years. */
  readonly another: TokenVault
  /** A live connection of a tenant of its own, with {@link FIRST} as its tokens; of an account of its own, if none is given. */
  connect(account?: string): Promise<ConnectionRef>
  /** The same account again, with {@link AGAIN} as its tokens, under the next version. */
  reconnect(ref: ConnectionRef): Promise<void>
  disconnect(ref: ConnectionRef): Promise<void>
  /** Lets time pass for leases and pauses. */
  pass(milliseconds: number): Promise<void>
  /** Undefined where nothing is encrypted. */
  readonly ciphertexts: Ciphertexts | undefined
}

type Tokens = Omit<StoredTokens, 'version'>

export const tokens = (tokenCache: string): Tokens => ({
  tokenCache,
  accessExpiresAt: new Date('2030-03-04T13:00:00Z'),
  scopes: ['calendars'],
})
export const FIRST = tokens('first')
export const AGAIN = tokens('again')
export interface VaultPromise {
  readonly title: string
  prove(under: VaultUnderTest): Promise<void>
}
