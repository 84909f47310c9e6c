import { expect } from 'vitest'
import { UnreadableTokens } from '../../src/ports/token-vault.ts'
import { NotApplicable } from './not-applicable.ts'
import type { Ciphertexts, VaultPromise } from './vault-under-test.ts'

const WAYS: readonly { readonly way: string; readonly where: string; readonly act: keyof Ciphertexts }[] = [
  { way: 'TS-07 T-22', where: 'another row', act: 'copyToAnotherRow' },
  { way: 'TS-07 T-22', where: 'another tenant', act: 'moveToAnotherTenant' },
  { way: 'TS-07 T-22', where: 'another provider', act: 'changeTheProvider' },
  { way: 'TS-07 T-22', where: 'another field', act: 'replaceByAnotherField' },
  { way: 'TS-08 T-22', where: 'another version', act: 'writeBackTheEarlierVersion' },
]

/** A ciphertext decrypts where it was written and nowhere else. */
export const CIPHERTEXT_PROMISES: readonly VaultPromise[] = WAYS.map(({ way, where, act }) => ({
  title: `${way} a ciphertext that stands in ${where} is unreadable, and the connection keeps its status`,
  async prove({ vault, ciphertexts }) {
    if (ciphertexts === undefined) throw new NotApplicable('nothing is encrypted in memory')
    const ref = await ciphertexts[act]()
    await expect(vault.read(ref)).rejects.toBeInstanceOf(UnreadableTokens)
    expect(await vault.status(ref)).toMatchObject({ pausedForMs: 0 })
  },
}))
