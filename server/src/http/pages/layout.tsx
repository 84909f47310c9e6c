import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ComponentChildren, VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import { HealthBanner } from './connection-health-banner.tsx'
import { Hidden } from './form-fields.tsx'

export const PUBLIC_FILES = join(import.meta.dirname, 'public')

/** The address of a file with the hash of its content in it, so that browsers may keep it for a year. */
const versioned = (name: string): string => {
  const content = readFileSync(join(PUBLIC_FILES, name))
  return `/${name}?v=${createHash('sha256').update(content).digest('hex').slice(0, 12)}`
}

const STYLES = versioned('app.css')
const ICON = versioned('favicon.svg')

export const htmlOf = (page: VNode): string => `<!doctype html>${renderToString(page)}`

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

export const Document = ({ title, wrong, width, header, bare, children }: DocumentProps): VNode => (
  <html lang="en-GB">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width,initial-scale=1" />
      <title>{`${wrong ? 'Error: ' : ''}${title}`}</title>
      <link rel="stylesheet" href={STYLES} />
      <link rel="icon" href={ICON} type="image/svg+xml" />
    </head>
    <body>
      {!bare && (
        <a class="skip" href="#main">
          Skip to content
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
  <Document {...rest} width="wide" header={<MemberHeader csrf={member.csrf} current={current} />}>
    {banner && <HealthBanner overview={member.overview} now={member.now} />}
    {children}
  </Document>
)

const PAGES = [
  { key: 'appointments', path: '/appointments', label: 'Appointments' },
  { key: 'calendar', path: '/settings/calendar', label: 'Calendar' },
  { key: 'account', path: '/settings/account', label: 'Account' },
] as const

const MemberHeader = ({ csrf, current }: { readonly csrf: string; readonly current: string }): VNode => (
  <>
    <nav aria-label="Main">
      <ul>
        {PAGES.map(({ key, path, label }) => (
          <li key={key}>
            <a href={path} aria-current={key === current ? 'page' : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
    <form method="post" action="/sign-out">
      <Hidden fields={{ _csrf: csrf }} />
      <button type="submit" class="link">
        Sign out
      </button>
    </form>
  </>
)
