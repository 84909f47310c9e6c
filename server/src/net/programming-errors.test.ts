import { describe, expect, it } from 'vitest'
import { ProgrammingError } from '../ports/calendar-failure.ts'
import { programmingErrorIn } from './programming-errors.ts'

const unreachable = Object.assign(new Error('x'), { code: 'ECONNREFUSED' })

describe('an error', () => {
  it.each([
    ['a TypeError', new TypeError('POISON'), 'TypeError'],
    ['a RangeError', new RangeError('POISON'), 'RangeError'],
    [
      'a ReferenceError that a library wrapped',
      new Error('POISON', { cause: new ReferenceError('x') }),
      'ReferenceError',
    ],
  ])('%s is a mistake of ours, by its class and place and nothing else', (_what, error, code) => {
    const found = programmingErrorIn(error)
    expect(found).toBeInstanceOf(ProgrammingError)
    expect(found).toMatchObject({ reason: 'misconfigured', code })
    expect(found?.at).toMatch(/^programming-errors\.test\.ts:\d+$/)
    expect(JSON.stringify(found) + found?.stack).not.toContain('POISON')
  })

  it.each([
    ['a fetch that reached nobody', new TypeError('fetch failed', { cause: unreachable })],
    [
      'the same, wrapped by a library',
      new Error('x', { cause: new TypeError('fetch failed', { cause: unreachable }) }),
    ],
    ['a connection that broke off, nobody says why', new TypeError('terminated', { cause: undefined })],
    ['a socket', unreachable],
    ['an answer that is not JSON', new SyntaxError('Unexpected token')],
    ['a text', 'TypeError'],
    ['nothing', undefined],
  ])('%s is none', (_what, error) => {
    expect(programmingErrorIn(error)).toBeUndefined()
  })
})
