import { rotateTokenKeys } from '../adapters/postgres/encryption/key-rotation.ts'
import type { Config } from '../config.ts'
import { openStores } from '../di.ts'

const BATCH = 100

/** Encrypts every stored value under the first configured key, in batches; prints the sums as it goes. Resolves to exit code 0. */
export async function rotateTokenKeysCommand(config: Config): Promise<number> {
  const { database, ring, close } = await openStores(config)
  try {
    const { reencrypted, unreadable } = await rotateTokenKeys(database, ring, {
      batchSize: BATCH,
      onBatch: (done) => {
        process.stdout.write(`encrypted again: ${done.reencrypted}\n`)
      },
    })
    if (unreadable > 0)
      process.stdout.write(`${unreadable} values cannot be decrypted with any key: their tenants must reconnect.\n`)
    const removable = unreadable === 0 ? 'now' : 'once these tenants have reconnected'
    process.stdout.write(
      `Done: ${reencrypted} values encrypted under ${config.tokenKeys[0]?.kid}. Older keys may be removed ${removable}.\n`,
    )
    return 0
  } finally {
    await close()
  }
}
