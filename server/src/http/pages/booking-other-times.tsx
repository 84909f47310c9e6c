import type { VNode } from 'preact'
import type { Interval } from '../../domain/interval.ts'
import type { Locale } from '../../domain/locale.ts'
import { type BookingForm, DetailsFields, FormFields } from './booking-details.tsx'
import { BookingDocument, Contact, stepUrl } from './booking-layout.tsx'
import { pageClocks, TimeLabel } from './booking-time-zones.tsx'
import { Back, Note } from './components.tsx'
import { NoDefaultButton } from './form-fields.tsx'
import { formatTime, sentence } from './formatting.ts'
import { pageOf, useLocale } from './page-locale.tsx'

interface OtherTimesPage extends BookingForm {
  readonly why: 'taken' | 'over' | 'too_close' | 'beyond' | 'not_a_slot'
  /** The nearest free times, in order. */
  readonly slots: readonly Interval[]
}

/** Of a time that is taken the page does not say by what: that may be an event of the therapist's own. */
function titleOf({ why, start, zone }: OtherTimesPage, locale: Locale): string {
  switch (why) {
    case 'taken':
      return sentence(`${formatTime(start, zone, locale)} is taken`)
    case 'over':
      return 'That time is over'
    case 'too_close':
      return 'That time is too close now'
    case 'beyond':
      return 'That time cannot be booked yet'
    case 'not_a_slot':
      return 'That time cannot be booked'
  }
}

/** The chosen time cannot be booked: each button books another one at once. */
const OtherTimesPage = (props: OtherTimesPage): VNode => {
  const { tenant, zone, slots, typed } = props
  const locale = useLocale()
  const clocks = pageClocks(props)
  return (
    <BookingDocument tenant={tenant} title="Choose another time" wrong>
      <Note tone="warn" title={titleOf(props, locale)}>
        <p>{`Nothing you typed is lost.${slots.length === 0 ? '' : ' Press a time to book it.'}`}</p>
      </Note>
      <h1>Choose another time</h1>
      <form method="post" action={`/book/${encodeURIComponent(tenant.slug)}`} class="stack" novalidate>
        <NoDefaultButton />
        <FormFields {...props} />
        {slots.length > 0 && <h2>Nearest free times</h2>}
        <ul class="slots wider">
          {slots.map(({ start }) => (
            <li key={start.toISOString()}>
              <button type="submit" name="start" value={start.toISOString()}>
                <TimeLabel start={start} tenant={tenant} zone={zone} clocks={clocks} withDay />
              </button>
            </li>
          ))}
        </ul>
        <h2>Your details</h2>
        <DetailsFields tenant={tenant} typed={typed} errors={[]} />
      </form>
      <Back href={stepUrl(props)}>All days</Back>
      <Contact tenant={tenant} />
    </BookingDocument>
  )
}

export const otherTimesPage = pageOf(OtherTimesPage)
