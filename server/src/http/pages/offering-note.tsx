import type { VNode } from 'preact'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import { useTexts } from './page-locale.tsx'

/** That nothing can be booked whatever the calendar says: a connection that works must not be taken for an open practice. */
export const OfferingNote = ({ overview }: { readonly overview: CalendarOverview }): VNode | null => {
  const { whatClientsSee: t } = useTexts()
  if (overview.offering === 'some') return null
  return (
    <section class="note warn" aria-labelledby="offering">
      <h2 id="offering">{t.offeringTitle}</h2>
      <p>{`${t.offering[overview.offering]} ${t.mend}`}</p>
    </section>
  )
}
