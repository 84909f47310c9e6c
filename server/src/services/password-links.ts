import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../ports/clock.ts'
import type { PasswordLinkStore } from '../ports/password-link-store.ts'
import type { User } from '../ports/user-store.ts'

/** Links by which a user sets her password: 256 random bits, of which the database knows the hash alone. */
export interface PasswordLinks {
  /** A token in the place of one from before. Undefined where there is no such user. Actor as in `AuditEvent`. */
  issue(
    userId: string,
    lastsMs: number,
    actor: string,
  ): Promise<{ readonly token: string; readonly expiresAt: Date } | undefined>
  /** Whose password it sets; changes nothing. Undefined where it is unknown, over or used, and where she may not sign in. */
  find(token: string): Promise<User | undefined>
  /** Uses it up: all her web sessions end. Undefined as above. */
  use(token: string, passwordHash: string, requestId: string): Promise<User | undefined>
}

const TOKEN_BYTES = 32

export function newPasswordToken(): { readonly token: string; readonly tokenHash: string } {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  return { token, tokenHash: hashOf(token) }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

export function createPasswordLinks(parts: {
  readonly passwordLinks: PasswordLinkStore
  readonly clock: Clock
}): PasswordLinks {
  const { passwordLinks, clock } = parts
  return {
    async issue(userId, lastsMs, actor) {
      const { token, tokenHash } = newPasswordToken()
      const expiresAt = new Date(clock.now().getTime() + lastsMs)
      return (await passwordLinks.put({ userId, tokenHash, expiresAt }, actor)) ? { token, expiresAt } : undefined
    },

    find: (token) => passwordLinks.userOf(hashOf(token), clock.now()),

    use: (token, passwordHash, requestId) => passwordLinks.use(hashOf(token), passwordHash, clock.now(), requestId),
  }
}
