import { rotateTokenKeys } from '../adapters/postgres/encryption/key-rotation.ts'
import type { Config } from '../config.ts'
import { openStores } from '../di.ts'

const BATCH = 100

/** Re-seals in batches; what a refresh seals meanwhile is already under the new key and is left alone. */
export async function rotateTokenKeysCommand(config: Config): Promise<number> {
  const { database, ring, close } = await openStores(config)
  try {
    const { resealed, unreadable } = await rotateTokenKeys(database, ring, {
      batchSize: BATCH,
      onBatch: (done) => {
        process.stdout.write(`sealed again: ${done.resealed}\n`)
      },
    })
    if (unreadable > 0) process.stdout.write(`${unreadable} values no key opens: their tenants must reconnect.\n`)
    process.stdout.write(
      `Done: ${resealed} values sealed under ${config.tokenKeys[0]?.kid}. Older keys may be removed now.\n`,
    )
    return 0
  } finally {
    await close()
  }
}
