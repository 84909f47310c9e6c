import type { VNode } from 'preact'
import { sessionFrom } from '../../domain/booking.ts'
import { dayOf } from '../../domain/zoned-time.ts'
import { Answers, BookingDocument, type BookingStep, Contact, stepUrl } from './booking-layout.tsx'
import { Back, Facts, Note } from './components.tsx'
import { ErrorSummary, Field, type FieldError, Hidden } from './form-fields.tsx'
import {
  clocksDiffer,
  formatDayWithYear,
  formatDuration,
  formatTimes,
  formatTimesElsewhere,
  formatZone,
  waitFor,
} from './formatting.ts'
import { pageOf, useLocale, useTexts } from './page-locale.tsx'

export interface BookingForm extends BookingStep {
  readonly start: Date
  readonly csrf: string
  /** Makes sending the form twice one booking. */
  readonly idempotencyKey: string
  /** Whether the therapist's calendar invites the client at the address that is typed here. */
  readonly invites: boolean
  /** As the client typed them. */
  readonly typed: { readonly name: string; readonly email: string }
}

export interface DetailsPage extends BookingForm {
  readonly errors: readonly FieldError[]
  readonly problem?: 'expired_form' | 'invalid' | 'key_reused' | 'too_many'
  readonly retryAfterSeconds?: number | undefined
}

const DetailsPage = (props: DetailsPage): VNode => {
  const locale = useLocale()
  const { bookingDetails: t } = useTexts()
  const { tenant, zone, start, errors, problem, retryAfterSeconds } = props
  const said = problem === undefined || problem === 'invalid' ? undefined : t.problems[problem]
  return (
    <BookingDocument tenant={tenant} title={t.title} wrong={problem !== undefined}>
      <Back href={stepUrl(props, { day: dayOf(start, zone) })}>{t.anotherTime}</Back>
      <ErrorSummary errors={errors} />
      {said && (
        <Note tone="warn" title={said.title}>
          <p>
            {said.text}
            {problem === 'too_many' && ` ${t.waitThenSend(waitFor(retryAfterSeconds, locale))}`}
          </p>
          {problem === 'too_many' && <Contact tenant={tenant} />}
        </Note>
      )}
      <h1>{t.title}</h1>
      <Answers>
        <SessionFacts {...props} />
      </Answers>
      <form method="post" action={`/book/${encodeURIComponent(tenant.slug)}`} class="stack" novalidate>
        <FormFields {...props} withStart />
        <DetailsFields {...props} />
        <button type="submit">{t.book}</button>
      </form>
    </BookingDocument>
  )
}

export const detailsPage = pageOf(DetailsPage)

export const SessionFacts = ({ service, tenant, zone, start }: BookingForm): VNode => {
  const locale = useLocale()
  const { bookingDetails: t, bookingLayout } = useTexts()
  const session = sessionFrom(start, service)
  const named = `${service.name}, ${formatDuration(service.durationMinutes, locale)}`
  const when = `${formatDayWithYear(dayOf(start, zone), locale)}, ${formatTimes(session, zone, locale)}, ${formatZone(zone, start)}`
  return (
    <Facts
      rows={[
        [t.session, service.online ? bookingLayout.online(named) : named],
        [t.when, service.online ? when : t.whenWhereYouMeet(when)],
        clocksDiffer(zone, tenant.timeZone, start)
          ? [t.whenFor(tenant.name), formatTimesElsewhere(session, zone, tenant.timeZone, locale)]
          : undefined,
      ]}
    />
  )
}

/** The hidden fields of the booking form; `withStart`: the time, too, where no button sends it. */
export const FormFields = ({
  csrf,
  idempotencyKey,
  service,
  tenant,
  zone,
  start,
  withStart,
}: BookingForm & { readonly withStart?: boolean }): VNode => (
  <Hidden
    fields={{
      _csrf: csrf,
      key: idempotencyKey,
      service: service.id,
      zone: zone === tenant.timeZone ? undefined : zone,
      start: withStart ? start.toISOString() : undefined,
    }}
  />
)

export const DetailsFields = ({
  tenant,
  typed,
  invites,
  errors,
}: Pick<BookingForm, 'tenant' | 'typed' | 'invites'> & { readonly errors: readonly FieldError[] }): VNode => {
  const { bookingDetails: t } = useTexts()
  return (
    <>
      <Field
        id="name"
        label={t.name}
        type="text"
        autocomplete="name"
        value={typed.name}
        hint={t.nameHint}
        errors={errors}
      />
      <Field
        id="email"
        label={t.email}
        type="email"
        autocomplete="email"
        value={typed.email}
        hint={invites ? t.emailInvited(tenant.name) : t.emailHint(tenant.name)}
        errors={errors}
      />
    </>
  )
}
