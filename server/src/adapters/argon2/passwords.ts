import { hash, verify } from '@node-rs/argon2'
import type { Passwords } from '../../ports/passwords.ts'

/** OWASP's recommendation for Argon2id (the library's default algorithm): 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Verified when there is no such user, so that the answer takes equally long. */
const decoy = hash('nobody has this password', COST)

export const argon2Passwords: Passwords = {
  hash: (password) => hash(password, COST),
  async verify(stored, password) {
    const matches = await verify(stored ?? (await decoy), password)
    return matches && stored !== undefined
  },
}
