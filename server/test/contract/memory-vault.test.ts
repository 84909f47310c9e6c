import type { ConnectionRef } from '../../src/ports/token-vault.ts'
import { MemoryVault } from '../support/memory-vault.ts'
import { describeTokenVault } from './token-vault.ts'
import { AGAIN, FIRST, type VaultUnderTest } from './vault-under-test.ts'

let connections = 0

async function open(): Promise<VaultUnderTest> {
  let now = Date.now()
  const vault = new MemoryVault({ now: () => new Date(now) })
  return {
    vault,
    // It has the clock of its only process.
    another: vault,
    async connect(account) {
      connections += 1
      const ref: ConnectionRef = { tenantId: `tenant-${connections}`, connectionId: `connection-${connections}` }
      vault.put(ref, FIRST, account)
      return ref
    },
    reconnect: async (ref) => vault.put(ref, AGAIN),
    disconnect: async (ref) => vault.shred(ref),
    async pass(milliseconds) {
      now += milliseconds
    },
    ciphertexts: undefined,
  }
}

describeTokenVault('memory', open)
