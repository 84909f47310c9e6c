import type { VNode } from 'preact'
import type { Interval } from '../../domain/interval.ts'
import { type BookingForm, DetailsFields, FormFields } from './booking-details.tsx'
import { BookingDocument, Contact, stepUrl } from './booking-layout.tsx'
import { pageClocks, TimeLabel } from './booking-time-zones.tsx'
import { Back, Note } from './components.tsx'
import { NoDefaultButton } from './form-fields.tsx'
import { formatTime, sentence } from './formatting.ts'

interface OtherTimesPage extends BookingForm {
  readonly why: 'taken' | 'passed' | 'not_a_slot'
  /** The nearest free times, in order. */
  readonly slots: readonly Interval[]
}

const whyText = ({ why, start, zone }: OtherTimesPage): { readonly title: string; readonly text: string } => {
  const kept = 'Nothing you typed is lost.'
  if (why === 'taken')
    return { title: sentence(`${formatTime(start, zone)} was just booked by someone else`), text: kept }
  if (why === 'passed') return { title: 'That time is too close now', text: `Choose another. ${kept}` }
  return { title: 'That time cannot be booked', text: `Choose another. ${kept}` }
}

/** The chosen time cannot be booked: each button books another one at once. */
export const otherTimesPage = (props: OtherTimesPage): VNode => {
  const { tenant, zone, slots, typed } = props
  const { title, text } = whyText(props)
  const clocks = pageClocks(props)
  return (
    <BookingDocument tenant={tenant} title="Choose another time" wrong>
      <Note tone="warn" title={title}>
        <p>{slots.length === 0 ? text : `${text} A button books at once.`}</p>
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
        <DetailsFields typed={typed} errors={[]} />
      </form>
      <Back href={stepUrl(props)}>All days</Back>
      <Contact tenant={tenant} />
    </BookingDocument>
  )
}
