import type { ComponentChildren, VNode } from 'preact'
import type { Locale } from '../../domain/locale.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import { HealthBanner } from './connection-health-banner.tsx'
import { Hidden } from './form-fields.tsx'
import { LANGUAGE_TAGS } from './formatting.ts'
import { renderIn, useLocale, useTexts } from './page-locale.tsx'
import { ICON, STYLES } from './public-files.ts'

/** `locale`: its reader's; without one, English as in the United Kingdom. */
export const htmlOf = (page: VNode, locale?: Locale): string => `<!doctype html>${renderIn(locale, page)}`

interface DocumentProps {
  readonly title: string
  /** The form below could not be accepted; the title says so first. */
  readonly wrong?: boolean | undefined
  /** `steps`: what was chosen so far stands beside the next question, where there is room. */
  readonly width?: 'wide' | 'steps'
  readonly header?: ComponentChildren
  /** Without the link to the content: the page has nothing to skip. */
  readonly bare?: boolean
  readonly children: ComponentChildren
}

export const Document = ({ title, wrong, width, header, bare, children }: DocumentProps): VNode => {
  const { language } = useLocale()
  const { layout: t } = useTexts()
  return (
    <html lang={LANGUAGE_TAGS[language]}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>{wrong ? t.wrong(title) : title}</title>
        <link rel="stylesheet" href={STYLES} />
        <link rel="icon" href={ICON} type="image/svg+xml" />
      </head>
      <body>
        {!bare && (
          <a class="skip" href="#main">
            {t.skip}
          </a>
        )}
        {header && (
          <header>
            <div class={width === undefined ? 'bar' : `bar ${width}`}>{header}</div>
          </header>
        )}
        <main id="main" class={width}>
          {children}
        </main>
      </body>
    </html>
  )
}

export interface Member {
  readonly overview: CalendarOverview
  readonly csrf: string
  readonly now: Date
}

interface MemberDocumentProps extends Omit<DocumentProps, 'header' | 'width' | 'bare'> {
  readonly member: Member
  readonly current: 'appointments' | 'calendar' | 'account'
  /** False on the calendar page, which says the same in more words. */
  readonly banner?: boolean
}

export const MemberDocument = ({ member, current, banner = true, children, ...rest }: MemberDocumentProps): VNode => (
  <Document width="wide" header={<MemberHeader current={current} {...member} />} {...rest}>
    {banner && <HealthBanner overview={member.overview} now={member.now} />}
    {children}
  </Document>
)

const PAGES = [
  { key: 'appointments', path: '/appointments' },
  { key: 'calendar', path: '/settings/calendar' },
  { key: 'account', path: '/settings/account' },
] as const

const MemberHeader = ({ csrf, overview, current }: Member & { readonly current: string }): VNode => {
  const { layout: t } = useTexts()
  return (
    <>
      <nav aria-label={t.navigation}>
        <ul>
          {PAGES.map(({ key, path }) => (
            <li key={key}>
              <a href={path} aria-current={key === current ? 'page' : undefined}>
                {t[key]}
                {key === 'appointments' && <ToAnswer count={overview.openNotices} />}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <form method="post" action="/sign-out">
        <Hidden fields={{ _csrf: csrf }} />
        <button type="submit" class="link">
          {t.signOut}
        </button>
      </form>
    </>
  )
}

/** Seen as a number, read as words. */
const ToAnswer = ({ count }: { readonly count: number }): VNode | null => {
  const { layout: t } = useTexts()
  return count === 0 ? null : (
    <>
      <span class="vh">{t.toAnswer(count)}</span>
      <span class="count" aria-hidden="true">
        {count}
      </span>
    </>
  )
}
