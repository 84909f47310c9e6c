import type { VNode } from 'preact'
import type { Tenant } from '../../ports/tenant-store.ts'
import { type BookingForm, DetailsFields, FormFields, SessionFacts } from './booking-details.tsx'
import { Answers, BookingDocument, Contact } from './booking-layout.tsx'
import { Note } from './components.tsx'
import { Document } from './layout.tsx'
import { pageOf, useTexts } from './page-locale.tsx'

/** `again`: the address of the step, to be loaded again. `retry`: the form as it was sent, to be sent again. */
type UnreadablePage = { readonly tenant: Tenant } & (
  | { readonly again: string; readonly retry?: undefined }
  | { readonly retry: BookingForm; readonly again?: undefined }
)

const UnreadablePage = ({ tenant, again, retry }: UnreadablePage): VNode => {
  const { bookingUnavailable, bookingDetails } = useTexts()
  const t = bookingUnavailable.unreadable
  const title = t.title(tenant.name)
  return (
    <BookingDocument tenant={tenant} title={title} wrong={retry !== undefined}>
      {retry === undefined ? (
        <>
          <h1>{title}</h1>
          <p>{t.text}</p>
          <p>
            <a class="btn" href={again}>
              {t.again}
            </a>
          </p>
          <Contact tenant={tenant} />
        </>
      ) : (
        <>
          <Note tone="warn" title={title}>
            <p>{t.textWithForm}</p>
            <Contact tenant={tenant} />
          </Note>
          <h1>{bookingDetails.title}</h1>
          <Answers>
            <SessionFacts {...retry} />
          </Answers>
          <form method="post" action={`/book/${encodeURIComponent(tenant.slug)}`} class="stack" novalidate>
            <FormFields {...retry} withStart />
            <DetailsFields {...retry} errors={[]} />
            <button type="submit">{t.again}</button>
          </form>
        </>
      )}
    </BookingDocument>
  )
}

/** The calendar cannot be read, so no times are shown. */
export const unreadablePage = pageOf(UnreadablePage)

const ClosedPage = (): VNode => {
  const t = useTexts().bookingUnavailable.closed
  return (
    <Document title={t.title}>
      <h1>{t.title}</h1>
      <p>{t.text}</p>
    </Document>
  )
}

/** The same for an unknown tenant, a suspended one and one without services, so that a visitor cannot tell them apart. */
export const closedPage = (): VNode => <ClosedPage />
