import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFENCES } from './list.ts'

const SERVER = path.resolve(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(path.join(SERVER, file), 'utf8')

describe('the list of defences', () => {
  it('is long', () => {
    expect(DEFENCES.length).toBeGreaterThan(80)
  })

  it.each(DEFENCES)('$row: without $without, $file still has what is taken away, and $test the test', (defence) => {
    const { file, find, put, test, titles = test, row } = defence
    expect(read(`src/${file}`).split(find)).toHaveLength(2)
    expect(put).not.toBe(find)
    expect(read(titles)).toContain(row.split(' ')[0])
  })
})
