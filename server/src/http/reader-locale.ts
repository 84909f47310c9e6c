import type { Response } from 'express'
import { LANGUAGES, type Language, type Locale, localeOf } from '../domain/locale.ts'
import type { Tenant } from '../ports/tenant-store.ts'
import type { User } from '../ports/user-store.ts'

declare global {
  namespace Express {
    interface Locals {
      /** Of whoever reads the answer. */
      locale?: Locale
    }
  }
}

/** The language that the browser likes best (RFC 9110, 12.5.4) among some; the first of them where it likes none. */
function preferred(res: Response, [first, ...others]: readonly [Language, ...Language[]]): Language {
  res.vary('Accept-Language')
  if (others.length === 0) return first
  const found = res.req.acceptsLanguages(first, ...others)
  return others.find((language) => language === found) ?? first
}

/** Pages for somebody who is signed in are in her practice's language. */
export function readByUser(res: Response, user: User): void {
  res.locals.locale = user.locale
}

/** Pages for a client are in a language of the practice: the one her browser likes best. Times are written as it writes them. */
export function readByClient(res: Response, { locale, languages }: Pick<Tenant, 'locale' | 'languages'>): Locale {
  const others = languages.filter((language) => language !== locale.language)
  const chosen = localeOf(preferred(res, [locale.language, ...others]), locale.clock)
  res.locals.locale = chosen
  return chosen
}

/** Of whoever reads the answer; of a stranger to whom no practice's page is shown, as the browser likes best. */
export const readerLocale = (res: Response): Locale =>
  (res.locals.locale ??= localeOf(preferred(res, LANGUAGES), '12h'))
