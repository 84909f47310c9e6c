import type { VNode } from 'preact'
import type { CalendarFeatures } from '../../ports/calendar-binding.ts'
import { Document } from './layout.tsx'
import { pageOf, useTexts } from './page-locale.tsx'

const LeavingPage = ({ features, href }: { readonly features: CalendarFeatures; readonly href: string }): VNode => {
  const { leaving: t } = useTexts()
  return (
    <Document title={t.title(features.company)} bare>
      <h1>{t.title(features.company)}</h1>
      <p>{t.text(features.company)}</p>
      <p>
        <a class="btn" href={href}>
          {t.link(features.company)}
        </a>
      </p>
    </Document>
  )
}

/** On the way to a provider, and nowhere else: its one link is for browsers that do not go on by themselves. */
export const leavingPage = pageOf(LeavingPage)
