import { describe, expect, it } from 'vitest'
import type { Texts } from './en.ts'
import { TEXTS } from './texts.ts'

/** Whether a set of texts would be taken for a language; `false` below does not compile where it would. */
type Fits<Given> = Given extends Texts ? true : false
const whole: Fits<Texts> = true
const withoutPage: Fits<Omit<Texts, 'account'>> = false
const withoutKey: Fits<Omit<Texts, 'account'> & { account: Omit<Texts['account'], 'title'> }> = false
const withoutWords: Fits<Omit<Texts, 'account'> & { account: Omit<Texts['account'], 'title'> & { title: undefined } }> =
  false

/** Names and forms that are the same in both languages. */
const SAME = new Set(['formats.timesIn'])

const anything: object = new Proxy(
  {},
  {
    get: (_target, key) => {
      if (key === Symbol.toPrimitive) return (hint: string) => (hint === 'string' ? 'x' : 2)
      if (key === Symbol.iterator) return () => [].values()
      return typeof key === 'string' && key in Array.prototype ? Reflect.get(['x', 'y'], key) : anything
    },
  },
)

/** Every text by its path; of a function, what it says of one thing, of several, and of things with names. */
function said(texts: unknown, path: string): (readonly [path: string, words: string])[] {
  if (typeof texts === 'string') return [[path, texts]]
  if (typeof texts === 'function')
    return [1, 2, 'x', anything].flatMap((value, index) => said(texts(...Array(9).fill(value)), `${path}(${index})`))
  if (Array.isArray(texts))
    return [
      [
        path,
        texts
          .flat(9)
          .filter((part) => typeof part === 'string')
          .join('…'),
      ],
    ]
  if (typeof texts === 'object' && texts !== null)
    return Object.entries(texts).flatMap(([key, value]) => said(value, path === '' ? key : `${path}.${key}`))
  return []
}

const keyOf = (path: string): string => path.replaceAll(/\(\d\)/g, '')
const english = said(TEXTS.en, '')
const german = new Map(said(TEXTS.de, ''))

describe('the texts of the pages', () => {
  it('a language without a page, a key or words does not compile', () => {
    expect([whole, withoutPage, withoutKey, withoutWords]).toEqual([true, false, false, false])
  })

  it('have the same keys in every language', () => {
    expect(english.length).toBeGreaterThan(20)
    const paths = (all: Iterable<readonly [string, string]>) =>
      [...new Set([...all].map(([path]) => keyOf(path)))].sort()
    expect(paths(german)).toEqual(paths(english))
  })

  it('are none of them left in English, but for names', () => {
    const left = english.filter(([path, words]) => /\p{L}{2}/u.test(words) && german.get(path) === words)
    expect([...new Set(left.map(([path]) => keyOf(path)))].filter((key) => !SAME.has(key))).toEqual([])
  })

  it('make whole words of whatever values they are given', () => {
    for (const [path, words] of [...english, ...german]) {
      expect([path, words]).toEqual([path, expect.not.stringMatching(/undefined|NaN|\[object| {2}/)])
    }
  })
})
