import type { VNode } from 'preact'
import type { Tenant } from '../../ports/tenant-store.ts'
import { type BookingForm, DetailsFields, FormFields, SessionFacts } from './booking-details.tsx'
import { Answers, BookingDocument, Contact } from './booking-layout.tsx'
import { Note } from './components.tsx'
import { Document } from './layout.tsx'

/** `again`: the address of the step, to be loaded again. `retry`: the form as it was sent, to be sent again. */
type UnreadablePage = { readonly tenant: Tenant } & (
  | { readonly again: string; readonly retry?: undefined }
  | { readonly retry: BookingForm; readonly again?: undefined }
)

/** The calendar cannot be read, so no times are shown. */
export const unreadablePage = ({ tenant, again, retry }: UnreadablePage): VNode => {
  const title = `We cannot see ${tenant.name}'s free times right now`
  return (
    <BookingDocument tenant={tenant} title={title} wrong={retry !== undefined}>
      {retry === undefined ? (
        <>
          <h1>{title}</h1>
          <p>Nothing has been booked. Try again in a minute.</p>
          <p>
            <a class="btn" href={again}>
              Try again
            </a>
          </p>
          <Contact tenant={tenant} />
        </>
      ) : (
        <>
          <Note tone="warn" title={title}>
            <p>Nothing has been booked, and nothing you typed is lost. Try again in a minute.</p>
            <Contact tenant={tenant} />
          </Note>
          <h1>Your details</h1>
          <Answers>
            <SessionFacts {...retry} />
          </Answers>
          <form method="post" action={`/book/${encodeURIComponent(tenant.slug)}`} class="stack" novalidate>
            <FormFields {...retry} withStart />
            <DetailsFields tenant={tenant} typed={retry.typed} errors={[]} />
            <button type="submit">Try again</button>
          </form>
        </>
      )}
    </BookingDocument>
  )
}

/** The same for an unknown tenant, a suspended one and one without services, so that a visitor cannot tell them apart. */
export const closedPage = (): VNode => (
  <Document title="This booking page is not available">
    <h1>This booking page is not available</h1>
    <p>Check that the whole address was copied.</p>
  </Document>
)
