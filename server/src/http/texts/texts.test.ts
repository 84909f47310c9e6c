import { describe, expect, it } from 'vitest'
import { said } from '../../../test/support/said-texts.ts'
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

const keyOf = (path: string): string => path.replaceAll(/\(\d\)/g, '')
const english = said(TEXTS.en)
const german = new Map(said(TEXTS.de))

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
