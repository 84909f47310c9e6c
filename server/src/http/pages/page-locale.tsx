import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { Locale } from '../../domain/locale.ts'
import type { Tenant } from '../../ports/tenant-store.ts'
import type { Texts } from '../texts/en.ts'
import { textsOf } from '../texts/texts.ts'
import { LANGUAGE_TAGS } from './formatting.ts'

const ENGLISH: Locale = { language: 'en', clock: '12h' }

/**
 * Of the page that is being rendered, which nothing interrupts. A Preact context would tie every component of a page to the others
 * by its provider, and V8 collects such pages late: rendering one takes twice as long (server/docs/benchmarks.md).
 */
let rendered: Locale = ENGLISH

/** The page as HTML, in the locale of its reader; without one, in English as in the United Kingdom. */
export function renderIn(locale: Locale = ENGLISH, page: VNode): string {
  const before = rendered
  rendered = locale
  try {
    return renderToString(page)
  } finally {
    rendered = before
  }
}

/** How words and times are written on the page that is being rendered. */
export const useLocale = (): Locale => rendered

/** The page's words in its language. */
export const useTexts = (): Texts => textsOf(useLocale())

/** The language of what a practice wrote itself, where the page is in another: for `lang`, so that it is pronounced rightly. */
export function useOwnLanguage({ locale }: Pick<Tenant, 'locale'>): string | undefined {
  const { language } = useLocale()
  return locale.language === language ? undefined : LANGUAGE_TAGS[locale.language]
}

/** A component as a page: called by routes, rendered later, in the locale of its reader. */
export const pageOf =
  <Props extends object>(component: (props: Props) => VNode): ((props: Props) => VNode) =>
  (props) => {
    const Page = (): VNode => component(props)
    return <Page />
  }
