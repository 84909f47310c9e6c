import { describe, expect, test } from 'vitest'
import { pagesFrom } from './pages.ts'

class Endless extends Error {}

/** Reads the chain whose pages name these next pages. */
async function readAll(nexts: readonly (string | undefined)[], limit = 10): Promise<number> {
  let at = 0
  const page = () => ({ next: nexts[at++] })
  const chain = { read: async () => page(), limit, endless: () => new Endless() }
  let count = 0
  for await (const _ of pagesFrom(page(), chain)) count += 1
  return count
}

describe('pages', () => {
  test('end with the page that names no next one', async () => {
    expect(await readAll([undefined])).toBe(1)
    expect(await readAll(['a', 'b', undefined])).toBe(3)
  })

  test('F-28 that come back to a page have no end', async () => {
    await expect(readAll(['a', 'b', 'a', 'b'])).rejects.toThrow(Endless)
  })

  test('F-28 are read up to the limit, which the first is not counted in', async () => {
    expect(await readAll(['a', 'b', undefined], 2)).toBe(3)
    await expect(readAll(['a', 'b', 'c', undefined], 2)).rejects.toThrow(Endless)
  })
})
