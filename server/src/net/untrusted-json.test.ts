import { describe, expect, it } from 'vitest'
import { isUuid, memberOf, wordIn } from './untrusted-json.ts'

describe("what somebody else's JSON holds", () => {
  it('has members only where it is an object', () => {
    expect([memberOf({ a: 1 }, 'a'), memberOf({ a: 1 }, 'b'), memberOf([7], '0')]).toEqual([1, undefined, 7])
    for (const value of [null, undefined, 'text', 7, true]) expect(memberOf(value, 'length')).toBeUndefined()
  })

  it.each(['a', 'invalid_grant', 'Error.Code-9', '42', 'a'.repeat(64)])('is a word: %s', (word) => {
    expect(wordIn(word)).toBe(word)
  })

  it.each(['', 'a b', ' a', 'a ', 'a\n', 'ä', 'a/b', 'a'.repeat(65), 42, null, ['a']])('is no word: %j', (value) => {
    expect(wordIn(value)).toBeUndefined()
  })

  it('is a UUID of either case, and nothing around it', () => {
    const uuid = '0198a0a0-0000-7000-8000-0000000000a1'
    expect([uuid, uuid.toUpperCase()].map(isUuid)).toEqual([true, true])
    const others = [
      '',
      ` ${uuid}`,
      `${uuid}0`,
      `0${uuid}`,
      uuid.slice(1),
      uuid.replaceAll('-', ''),
      uuid.replace('a', 'g'),
    ]
    expect(others.filter(isUuid)).toEqual([])
    expect(isUuid(uuid.replace('-7000', ''))).toBe(false)
  })
})
