import { type FileHandle, open } from 'node:fs/promises'
import type { Tombstone, TombstoneList } from '../../ports/tombstones.ts'

const OWNER_ALONE = 0o600

const lineOf = ({ at, kind, tenantId, subjectId }: Tombstone): string =>
  `${JSON.stringify({ at, kind, tenantId, subjectId })}\n`

/** A file that grows by one line of JSON for each, and is made where it is not there. */
export const createTombstoneFile = (path: string): TombstoneList => ({
  async append(tombstones) {
    const file = await open(path, 'a+', OWNER_ALONE)
    try {
      const start = (await endsInALine(file)) ? '' : '\n'
      await file.appendFile(start + tombstones.map(lineOf).join(''))
      await file.sync()
    } finally {
      await file.close()
    }
  },
})

/** Where a full disk or a crash has torn a line, whose tombstones follow again, the next one begins on its own. */
async function endsInALine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat()
  if (size === 0) return true
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 })
  return buffer.toString() === '\n'
}
