import type { VNode } from 'preact'
import type { Tenant } from '../../ports/stores.ts'
import { Contact } from './booking-days.tsx'
import { type BookingForm, DetailsFields, FormFields, SessionFacts } from './booking-details.tsx'
import { BookingDocument } from './booking-frame.tsx'
import { Note } from './forms.tsx'
import { Document } from './layout.tsx'

/** Nobody can see the free times, so none are shown; with `retry`, what was typed is kept and can be sent again. */
export const unreadablePage = ({ tenant, retry }: { readonly tenant: Tenant; readonly retry?: BookingForm }): VNode => {
  const title = `We cannot see ${tenant.name}'s free times right now`
  return (
    <BookingDocument tenant={tenant} title={title} wrong={retry !== undefined}>
      {retry === undefined ? <h1>{title}</h1> : <Note tone="warn" title={title} />}
      <p>Nothing has been booked. Try again in a minute.</p>
      <Contact tenant={tenant} />
      {retry !== undefined && (
        <>
          <h1>Your details</h1>
          <SessionFacts {...retry} />
          <form method="post" action={`/book/${encodeURIComponent(tenant.slug)}`} class="stack" novalidate>
            <FormFields {...retry} withStart />
            <DetailsFields typed={retry.typed} errors={[]} />
            <button type="submit">Try again</button>
          </form>
        </>
      )}
    </BookingDocument>
  )
}

/** Unknown, closed and empty pages are one and the same. */
export const closedPage = (): VNode => (
  <Document title="This booking page is not available">
    <h1>This booking page is not available</h1>
    <p>Check that the whole address was copied.</p>
  </Document>
)
