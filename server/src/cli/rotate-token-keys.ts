import { setTimeout } from 'node:timers/promises'
import { createAuditStore } from '../adapters/postgres/accounts/audit-log.ts'
import { codeOf, isUnavailable } from '../adapters/postgres/database-errors.ts'
import { rotateTokenKeys } from '../adapters/postgres/encryption/key-rotation.ts'
import type { Config } from '../config.ts'
import { openStores } from '../di.ts'
import { type Clock, systemClock } from '../ports/clock.ts'

const BATCH = 100
/** How long a database that is away is waited for, from the last answer on: a restart or a failover takes seconds. */
const PATIENCE_MS = 60_000
const TRY_AGAIN_MS = 2_000

interface Surroundings {
  readonly clock: Clock
  readonly sleep: (milliseconds: number) => Promise<unknown>
  readonly print: (line: string) => void
  /** For what the operator has to act on. */
  readonly warn: (line: string) => void
  /** One JSON document at the end instead of sentences; what to act on meanwhile is said as ever. */
  readonly json?: boolean
}

export const TERMINAL: Surroundings = {
  clock: systemClock,
  sleep: setTimeout,
  print: (line) => process.stdout.write(`${line}\n`),
  warn: (line) => process.stderr.write(`${line}\n`),
}

/**
 * Encrypts every stored value under the first configured key, in batches; prints the sums as it goes. While the database is
 * away it tries again, for a minute. Resolves to the exit code: 0, or 1 where the database stayed away.
 */
export async function rotateTokenKeysCommand(
  config: Config,
  { clock, sleep, print, warn, json }: Surroundings = TERMINAL,
): Promise<number> {
  let heardAt = clock.now().getTime()
  /** Encrypted again before the database went away the last time. */
  let before = 0
  let now = 0
  for (;;) {
    try {
      const unreadable = await rotateOnce(config, (reencrypted) => {
        heardAt = clock.now().getTime()
        now = before + reencrypted
        if (!json) print(`encrypted again: ${now}`)
      })
      if (unreadable > 0) warn(`${unreadable} values cannot be decrypted with any key: their tenants must reconnect.`)
      const removable = unreadable === 0 ? 'now' : 'once these tenants have reconnected'
      const key = config.tokenKeys[0]?.kid
      print(
        json
          ? JSON.stringify({ encryptedAgain: now, unreadable, key, olderKeysMayBeRemoved: unreadable === 0 })
          : `Done: ${now} values encrypted under ${key}. Older keys may be removed ${removable}.`,
      )
      return 0
    } catch (error) {
      if (!isUnavailable(error)) throw error
      before = now
      const code = codeOf(error) ?? 'no code'
      if (clock.now().getTime() - heardAt >= PATIENCE_MS) {
        warn(
          `Not done: the database has been away for a minute (${code}). ${now} values are encrypted again, and nothing is`,
        )
        warn(
          'lost: every value is still encrypted under a key that is configured. Keep all keys, see that PostgreSQL runs and',
        )
        warn('that DATABASE_URL names it, and repeat this command.')
        return 1
      }
      warn(`The database is away (${code}): trying again. Nothing is lost, and this command can be repeated.`)
      await sleep(TRY_AGAIN_MS)
    }
  }
}

/** Resolves to how many values no key decrypts. */
async function rotateOnce(config: Config, onBatch: (reencrypted: number) => void): Promise<number> {
  const { database, ring, close } = await openStores(config)
  try {
    const { unreadable } = await rotateTokenKeys(database, ring, {
      batchSize: BATCH,
      onBatch: ({ reencrypted }) => onBatch(reencrypted),
    })
    await createAuditStore(database).append({ tenantId: undefined, actor: 'operator', action: 'token_keys_rotated' })
    return unreadable
  } finally {
    await close()
  }
}
