import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')

const proved = [
  ...read('server/docs/reliability.md').matchAll(/^\| ((?:INV|F|T|PG)-\d+) \| .* \| `([^`]+)` \|$/gm),
].map(([, id = '', file = '']) => [id, file] as const)

/** The texts of a file that are not comments: titles are among them. */
const literals = (text: string): string =>
  [...text.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)]
    .map(([whole]) => whole)
    .join('\n')

describe('the table of faults and pages', () => {
  it('holds the rows that the three promises rest on', () => {
    const ids = proved.map(([id]) => id)
    for (const id of [
      'INV-1',
      'INV-2',
      'INV-3',
      'INV-7',
      'INV-10',
      'F-12',
      'F-27',
      'F-29',
      'F-78',
      'T-27',
      'T-34',
      'PG-19',
    ])
      expect(ids).toContain(id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each(proved)('%s stands in a title of the test that proves it', (id, file) => {
    expect(literals(read(file))).toMatch(new RegExp(`\\b${id}\\b`))
  })
})
