import { hash, verify } from '@node-rs/argon2'
import { type Passwords, TooManyPasswords } from '../../ports/passwords.ts'

/** OWASP's recommendation for Argon2id (the library's default algorithm): 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Of libuv's four threads, which name look-ups and files share. */
const HASHES_AT_ONCE = 2
const HASHES_WAITING = 8

/** Verified when there is no such user, so that the answer takes equally long. */
const decoy = hash('nobody has this password', COST)

/** At most two hashes at once in a process; a few wait, and further ones reject with TooManyPasswords. */
export function createArgon2Passwords(): Passwords {
  let running = 0
  const waiting: (() => void)[] = []

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running < HASHES_AT_ONCE) running += 1
    else {
      if (waiting.length >= HASHES_WAITING) throw new TooManyPasswords()
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }

  return {
    hash: (password) => inTurn(() => hash(password, COST)),
    verify: (stored, password) =>
      inTurn(async () => {
        const matches = await verify(stored ?? (await decoy), password)
        return matches && stored !== undefined
      }),
  }
}

export const argon2Passwords: Passwords = createArgon2Passwords()
