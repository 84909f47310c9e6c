import { h } from 'preact'
import { describe, expect, it } from 'vitest'
import type { Locale } from '../../domain/locale.ts'
import { pageOf, renderIn, useLocale } from './page-locale.tsx'

const GERMAN: Locale = { language: 'de', clock: '24h' }

const page = pageOf(() => h('p', null, useLocale().language))

describe('a page is in the locale it is rendered in', () => {
  it('and in English without one, whatever was rendered before', () => {
    expect(renderIn(GERMAN, page({}))).toBe('<p>de</p>')
    expect(renderIn(undefined, page({}))).toBe('<p>en</p>')
  })

  it('after a page that fails, too', () => {
    const failing = pageOf(() => {
      throw new RangeError(useLocale().language)
    })
    expect(() => renderIn(GERMAN, failing({}))).toThrow('de')
    expect(useLocale()).toEqual({ language: 'en', clock: '12h' })
  })

  it('and goes on in it after another page was rendered in between', () => {
    const outer = pageOf(() => {
      const inner = renderIn(undefined, page({}))
      return h('p', null, `${inner} ${useLocale().language}`)
    })
    expect(renderIn(GERMAN, outer({}))).toBe('<p>&lt;p>en&lt;/p> de</p>')
  })
})
