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
const SAME = new Set(['bookingLayout.online', 'bookingTimeZones.inZone', 'formats.timesIn', 'video.label'])

/** In the place of a value with names, of a link, or of text that is marked up. */
const anything: unknown = new Proxy((words: unknown) => words, {
  get: (_target, key) => (key === Symbol.toPrimitive ? () => 'x' : anything),
})

/** What a text says of such a value; undefined where it takes no such value. */
function ofEach(text: (...values: unknown[]) => unknown, value: unknown): unknown {
  try {
    return text(...Array(9).fill(value))
  } catch (error) {
    if (value !== anything && error instanceof TypeError) return undefined
    throw error
  }
}

/** Every text by its path; of a function, what it says of one thing, of several, of words, and of anything. */
function said(texts: unknown, path: string): (readonly [path: string, words: string])[] {
  if (typeof texts === 'string') return [[path, texts]]
  if (texts === anything || typeof texts !== 'object' || texts === null)
    return typeof texts !== 'function' || texts === anything
      ? []
      : [1, 2, 'x', anything].flatMap((value, index) =>
          said(
            ofEach((...values) => texts(...values), value),
            `${path}(${index})`,
          ),
        )
  if (Array.isArray(texts)) return [[path, texts.filter((part) => typeof part === 'string').join('…')]]
  return Object.entries(texts).flatMap(([key, value]) => said(value, path === '' ? key : `${path}.${key}`))
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
    // A number has none of the names that a text may ask for.
    const given = [...english, ...german].filter(([path]) => !/\([012]\)/.test(path))
    for (const [path, words] of given)
      expect([path, words]).toEqual([path, expect.not.stringMatching(/undefined|NaN|\[object| {2}/)])
  })
})
