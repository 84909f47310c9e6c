import type { VNode } from 'preact'
import type { CalendarFeatures } from '../../ports/calendar-binding.ts'
import { Document } from './layout.tsx'

/** On the way to a provider, and nowhere else: its one link is for browsers that do not go on by themselves. */
export const leavingPage = ({
  features,
  href,
}: {
  readonly features: CalendarFeatures
  readonly href: string
}): VNode => (
  <Document title={`On to ${features.company}`} bare>
    <h1>{`On to ${features.company}`}</h1>
    <p>{`Your browser takes you to ${features.company} now. If it does not, use this link.`}</p>
    <p>
      <a class="btn" href={href}>
        {`Go on to ${features.company}`}
      </a>
    </p>
  </Document>
)
