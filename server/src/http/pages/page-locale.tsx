import { createContext, type VNode } from 'preact'
import { useContext } from 'preact/hooks'
import type { Locale } from '../../domain/locale.ts'
import type { Tenant } from '../../ports/tenant-store.ts'
import type { Texts } from '../texts/en.ts'
import { textsOf } from '../texts/texts.ts'
import { LANGUAGE_TAGS } from './formatting.ts'

const ENGLISH: Locale = { language: 'en', clock: '12h' }

/** How words and times are written on the page that is rendered. */
const PageLocale = createContext<Locale>(ENGLISH)

export const inLocale = (page: VNode, locale: Locale = ENGLISH): VNode => (
  <PageLocale.Provider value={locale}>{page}</PageLocale.Provider>
)

export const useLocale = (): Locale => useContext(PageLocale)

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
