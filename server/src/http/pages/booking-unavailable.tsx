import type { VNode } from 'preact'
import type { Tenant } from '../../ports/tenant-store.ts'
import { type BookingForm, DetailsFields, FormFields, SessionFacts } from './booking-details.tsx'
import { Answers, BookingDocument, Contact } from './booking-layout.tsx'
import { Note } from './components.tsx'
import { Document } from './layout.tsx'

/** With the address to look at again, or with what was typed and can be sent again. */
type UnreadablePage = { readonly tenant: Tenant } & (
  | { readonly again: string; readonly retry?: undefined }
  | { readonly retry: BookingForm; readonly again?: undefined }
)

/** Nobody can see the free times, so none are shown. */
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
