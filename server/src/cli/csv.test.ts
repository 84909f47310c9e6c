import { expect, it } from 'vitest'
import { CsvError, parseCsv } from './csv.ts'

const fields = (text: string) => parseCsv(text).map((record) => record.fields)

it.each([
  [
    'a,b\nc,d\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    '\uFEFFa,b\r\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'a,\n\n,b\r',
    [
      ['a', ''],
      ['', 'b'],
    ],
  ],
  ['"a, b","say ""hi"""\n', [['a, b', 'say "hi"']]],
  ['"two\nlines",x', [['two\nlines', 'x']]],
  ['a,', [['a', '']]],
  ['', []],
])('reads %j', (text, expected) => {
  expect(fields(text)).toEqual(expected)
})

it('names the line on which a record begins, whatever stands in the quotes before', () => {
  expect(parseCsv('a\n"b\nb"\n\nc\n').map(({ line }) => line)).toEqual([1, 2, 5])
})

it.each([
  ['a\n"b\n', 2],
  ['a\nb"b\n', 2],
  ['"a"b\n', 1],
])('refuses %j and names line %i', (text, line) => {
  expect(() => parseCsv(text)).toThrow(CsvError)
  expect(() => parseCsv(text)).toThrow(expect.objectContaining({ line }))
})
