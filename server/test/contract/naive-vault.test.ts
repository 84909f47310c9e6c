import { expect, it } from 'vitest'
import { MovableClock } from '../support/movable-clock.ts'
import { CIPHERTEXT_PROMISES } from './ciphertext-promises.ts'
import { openNaiveVault } from './naive-vault.ts'
import { VAULT_PROMISES } from './vault-promises.ts'

it('TS-07 TS-08 TS-21 INV-11 the suite turns red on a store that opens what was moved, loses a race, or forgets a pause', async () => {
  const broken: string[] = []
  for (const { title, prove } of [...VAULT_PROMISES, ...CIPHERTEXT_PROMISES])
    await prove(openNaiveVault(new MovableClock())).catch(() => broken.push(title))
  expect(broken).toEqual([
    'TS-22 F-43 of many who ask for the lease at once, in two processes, one has it',
    'TS-21 F-43 of several who commit at once one counts',
    'INV-11 F-14 F-71 a pause counts for every connection to the mailbox, in every process, and for no other',
    'INV-11 a shorter pause does not shorten a longer one',
    'INV-11 a pause outlives a newer version, a reconnection, and the connection that was asked for it',
    'TS-07 T-22 a ciphertext that stands in another row is unreadable, and the connection keeps its status',
    'TS-07 T-22 a ciphertext that stands in another tenant is unreadable, and the connection keeps its status',
    'TS-07 T-22 a ciphertext that stands in another provider is unreadable, and the connection keeps its status',
    'TS-07 T-22 a ciphertext that stands in another field is unreadable, and the connection keeps its status',
    'TS-08 T-22 a ciphertext that stands in another version is unreadable, and the connection keeps its status',
  ])
})
