import { describe, expect, it } from 'vitest'
import { LONGEST_WAIT_MS, parseRetryAfter } from './retry-after.ts'

const now = new Date('2026-11-22T12:00:00.000Z')

describe('parseRetryAfter', () => {
  const cases: [string, string | null | undefined, number | undefined][] = [
    ['seconds', '30', 30_000],
    ['the decimal of the throttling page', '2.128', 2128],
    ['a decimal that is no whole millisecond, rounded up', '0.0001', 1],
    ['zero', '0', 0],
    ['surrounding blanks', ' 7 ', 7000],
    ['a date', 'Sun, 22 Nov 2026 12:00:10 GMT', 10_000],
    ['a date in the past', 'Sun, 22 Nov 2026 11:59:00 GMT', 0],
    ['a day', '86400', 86_400_000],
    ['more than a day', '8640000', LONGEST_WAIT_MS],
    ['a number beyond all numbers', '9'.repeat(400), LONGEST_WAIT_MS],
    ['a date beyond all patience', 'Fri, 01 Jan 2999 00:00:00 GMT', LONGEST_WAIT_MS],
    ['a negative number', '-5', undefined],
    ['words', 'soon', undefined],
    ['words in the shape of a date', 'Sun, soon GMT', undefined],
    ['a date after other words', 'after Sun, 22 Nov 2026 12:00:10 GMT', undefined],
    ['a date of another zone', 'Sun, 22 Nov 2026 12:00:10 GMT+0100', undefined],
    ['two numbers', '3 4', undefined],
    ['a fraction without an end', '3.', undefined],
    ['a fraction without a beginning', '.5', undefined],
    ['a comma for the point', '3,5', undefined],
    ['a number with a unit', '30s', undefined],
    ['an exponent', '1e3', undefined],
    ['hexadecimal', '0x10', undefined],
    ['a year that looks like a date', '2026-11-22', undefined],
    ['nothing', '', undefined],
    ['no header', null, undefined],
    ['no header at all', undefined, undefined],
  ]
  it.each(cases)('F-15 reads %s', (_, header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected)
  })
})
