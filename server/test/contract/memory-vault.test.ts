import type { ConnectionRef } from '../../src/ports/token-vault.ts'
import { MemoryVault } from '../support/memory-vault.ts'
import { MovableClock } from '../support/movable-clock.ts'
import { describeTokenVault } from './token-vault.ts'
import { AGAIN, FIRST, type VaultUnderTest } from './vault-under-test.ts'

let connections = 0

async function open(): Promise<VaultUnderTest> {
  const clock = new MovableClock()
  const vault = new MemoryVault(clock)
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
      clock.advance(milliseconds)
    },
    ciphertexts: undefined,
  }
}

describeTokenVault('memory', open)
