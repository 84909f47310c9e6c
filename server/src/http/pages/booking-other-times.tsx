import type { VNode } from 'preact'
import type { Interval } from '../../domain/interval.ts'
import type { Locale } from '../../domain/locale.ts'
import type { Texts } from '../texts/en.ts'
import { type BookingForm, DetailsFields, FormFields } from './booking-details.tsx'
import { BookingDocument, Contact, stepUrl } from './booking-layout.tsx'
import { useTimeButtons } from './booking-time-zones.tsx'
import { Back, Note } from './components.tsx'
import { NoDefaultButton } from './form-fields.tsx'
import { formatTime, sentence } from './formatting.ts'
import { pageOf, useLocale, useTexts } from './page-locale.tsx'

interface OtherTimesPage extends BookingForm {
  readonly why: 'taken' | 'over' | 'too_close' | 'beyond' | 'not_a_slot'
  /** The nearest free times, in order. */
  readonly slots: readonly Interval[]
}

/** Of a time that is taken the page does not say by what: that may be an event of the therapist's own. */
const titleOf = ({ why, start, zone }: OtherTimesPage, t: Texts['bookingOtherTimes']['why'], locale: Locale): string =>
  why === 'taken' ? sentence(t.taken(formatTime(start, zone, locale))) : t[why]

/** The chosen time cannot be booked: each button books another one at once. */
const OtherTimesPage = (props: OtherTimesPage): VNode => {
  const { tenant, slots } = props
  const locale = useLocale()
  const { bookingOtherTimes: t, bookingDetails } = useTexts()
  const buttonOf = useTimeButtons(props, { withDay: true })
  return (
    <BookingDocument tenant={tenant} title={t.title} wrong>
      <Note tone="warn" title={titleOf(props, t.why, locale)}>
        <p>{`${t.nothingLost}${slots.length === 0 ? '' : ` ${t.press}`}`}</p>
      </Note>
      <h1>{t.title}</h1>
      <form method="post" action={`/book/${encodeURIComponent(tenant.slug)}`} class="stack" novalidate>
        <NoDefaultButton />
        <FormFields {...props} />
        {slots.length > 0 && <h2>{t.nearest}</h2>}
        <ul class="slots wider">{slots.map(({ start }) => buttonOf(start))}</ul>
        <h2>{bookingDetails.title}</h2>
        <DetailsFields {...props} errors={[]} />
      </form>
      <Back href={stepUrl(props)}>{t.allDays}</Back>
      <Contact tenant={tenant} />
    </BookingDocument>
  )
}

export const otherTimesPage = pageOf(OtherTimesPage)
