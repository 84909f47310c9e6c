import { describe, it } from 'vitest'
import { CIPHERTEXT_PROMISES } from './ciphertext-promises.ts'
import { NotApplicable } from './not-applicable.ts'
import { VAULT_PROMISES } from './vault-promises.ts'
import type { VaultUnderTest } from './vault-under-test.ts'

/** Proves every promise of `TokenVault`, each with connections of its own. */
export function describeTokenVault(name: string, open: () => Promise<VaultUnderTest>): void {
  describe(`token vault: ${name}`, () => {
    for (const { title, prove } of [...VAULT_PROMISES, ...CIPHERTEXT_PROMISES])
      it(title, async (context) => {
        try {
          await prove(await open())
        } catch (error) {
          if (error instanceof NotApplicable) context.skip(error.message)
          throw error
        }
      })
  })
}
