import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import german from 'dictionary-de'
import british from 'dictionary-en-gb'
import { createHunspellFromStrings } from 'hunspell-wasm'
import { beforeAll, describe, expect, it } from 'vitest'
import { LANGUAGES, type Language } from '../../src/domain/locale.ts'
import { TEXTS } from '../../src/http/texts/texts.ts'
import { literals } from '../support/literals.ts'
import { said } from '../support/said-texts.ts'

const TEXTS_FOLDER = join(import.meta.dirname, '../../src/http/texts')
const DICTIONARIES = { en: british, de: german }

/** Without addresses and names of files, and without the values that stand in the place of others. */
const wordsIn = (text: string): string[] =>
  text.replaceAll(/\S+[@.]\p{L}\S*|undefined|\bx\b/gu, ' ').match(/\p{L}[\p{L}’'-]*(?<=\p{L})/gu) ?? []

/** What the texts say when they are called, and what they say in other cases: the literals of their files. */
function wordsOf(language: Language): Set<string> {
  const files = readdirSync(join(TEXTS_FOLDER, language)).map((name) =>
    readFileSync(join(TEXTS_FOLDER, language, name), 'utf8'),
  )
  const called = said(TEXTS[language]).map(([, words]) => words)
  return new Set([...called, ...files.flatMap(literals)].flatMap(wordsIn))
}

/** Words of ours that the dictionary does not know, one a line. */
const ownWords = (language: Language): string[] =>
  readFileSync(join(import.meta.dirname, `own-words.${language}.txt`), 'utf8')
    .trim()
    .split('\n')

describe.each(LANGUAGES)('the spelling of the texts: %s', (language) => {
  let knows: (word: string) => boolean

  beforeAll(async () => {
    const { aff, dic } = DICTIONARIES[language]
    const [rules, words] = [aff, dic].map((bytes) => new TextDecoder().decode(bytes))
    const hunspell = await createHunspellFromStrings(rules ?? '', words ?? '')
    knows = (word) => hunspell.testSpelling(word)
    return () => hunspell.dispose()
  })

  it('is right, but for words of our own', () => {
    const words = wordsOf(language)
    expect(words.size).toBeGreaterThan(300)
    const own = new Set(ownWords(language))
    expect([...words].filter((word) => !own.has(word) && !knows(word))).toEqual([])
  })

  it('has no word of our own that no text uses, or that the dictionary knows, and keeps them in order', () => {
    const words = wordsOf(language)
    const own = ownWords(language)
    expect(own.filter((word) => !words.has(word) || knows(word))).toEqual([])
    expect(own).toEqual([...new Set(own)].sort())
  })

  it('is looked at by hunspell, which knows compounds of words and no misspelt ones', () => {
    const known = { en: ['colour', 'sessions'], de: ['Kalendereinstellungen', 'Klientinnen', 'größer'] }
    const unknown = { en: ['color', 'sesions'], de: ['Kalendereintsellungen', 'Terminn', 'termin', 'groesser'] }
    expect(known[language].filter((word) => !knows(word))).toEqual([])
    expect(unknown[language].filter(knows)).toEqual([])
  })
})
