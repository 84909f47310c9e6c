import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFENCES } from './defences/list.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')

interface Row {
  readonly id: string
  readonly holds: string
  readonly files: readonly string[]
}

const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)

const proved: readonly Row[] = [
  ...read('server/docs/reliability.md').matchAll(/^\| ((?:INV|F|T|PG)-\d+) \| (.*) \| (`[^|]+`) \|$/gm),
].map(([, id = '', holds = '', files = '']) => ({ id, holds, files: quoted(files) }))

/** The texts of a file that are not comments: titles are among them. */
const literals = (text: string): string =>
  [...text.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)]
    .map(([whole]) => whole)
    .join('\n')

/** The files that turn red without the defences of a row: the one that is run, or the one whose promises it runs. */
const redWithout = (id: string): Set<string> =>
  new Set(
    DEFENCES.filter(({ row }) => new RegExp(`\\b${id}\\b`).test(row)).flatMap(({ test, titles = test }) => [
      `server/${test}`,
      `server/${titles}`,
    ]),
  )

const everythingBelow = (folder: string): string =>
  readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|sql)$/.test(entry.name) && !/generated/.test(entry.parentPath))
    .map(({ parentPath, name }) => readFileSync(path.join(parentPath, name), 'utf8'))
    .join('\n')
    .toLowerCase()

describe('the table of faults and pages', () => {
  it('holds the rows that the three promises rest on', () => {
    const ids = proved.map(({ id }) => id)
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

  it('has every row understood by this test', () => {
    const lines = read('server/docs/reliability.md').match(/^\| (INV|F|T|PG)-\d+ /gm) ?? []
    expect(lines).toHaveLength(proved.length)
  })

  it.each(proved)('$id stands in a title of each test that proves it', ({ id, files }) => {
    expect(files.filter((file) => !new RegExp(`\\b${id}\\b`).test(literals(read(file))))).toEqual([])
  })

  it.each(proved.filter(({ id }) => redWithout(id).size > 0))(
    '$id names the test that turns red without its defence',
    ({ id, files }) => {
      expect(files.filter((file) => redWithout(id).has(file))).not.toEqual([])
    },
  )

  it('names nothing that the code does not have', () => {
    const code = everythingBelow('server/src') + everythingBelow('prisma/migrations')
    const words = proved.flatMap(({ id, holds }) => quoted(holds).map((word) => ({ id, word })))
    expect(words.length).toBeGreaterThan(5)
    expect(words.filter(({ word }) => !code.includes(word.toLowerCase()))).toEqual([])
  })
})
