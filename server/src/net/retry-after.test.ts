import { describe, expect, it } from 'vitest'
import { LONGEST_WAIT_MS, parseRetryAfter } from './retry-after.ts'

const now = new Date('2026-11-22T12:00:00.000Z')

describe('parseRetryAfter', () => {
  const cases: [string, string | null, number | undefined][] = [
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
    ['a number with a unit', '30s', undefined],
    ['an exponent', '1e3', undefined],
    ['hexadecimal', '0x10', undefined],
    ['a year that looks like a date', '2026-11-22', undefined],
    ['nothing', '', undefined],
    ['no header', null, undefined],
  ]
  it.each(cases)('F-15 reads %s', (_, header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected)
  })
})
