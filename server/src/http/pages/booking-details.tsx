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
import { pageOf, useLocale } from './page-locale.tsx'

export interface BookingForm extends BookingStep {
  readonly start: Date
  readonly csrf: string
  /** Makes sending the form twice one booking. */
  readonly idempotencyKey: string
  /** As the client typed them. */
  readonly typed: { readonly name: string; readonly email: string }
}

export interface DetailsPage extends BookingForm {
  readonly errors: readonly FieldError[]
  readonly problem?: 'expired_form' | 'invalid' | 'key_reused' | 'too_many'
  readonly retryAfterSeconds?: number | undefined
}

const PROBLEMS = {
  expired_form: {
    title: 'Please send it once more',
    text: 'Nothing has been booked, and nothing you typed is lost. Check it and send it again. If you read this once more, allow cookies for this website in your browser.',
  },
  key_reused: {
    title: 'This form was sent before',
    text: 'It made a booking with other details. Send it again only if you want to book this one too.',
  },
  too_many: {
    title: 'Too many sessions were booked here just now',
    text: 'Nothing has been booked, and nothing you typed is lost.',
  },
} as const

const DetailsPage = (props: DetailsPage): VNode => {
  const locale = useLocale()
  const { tenant, zone, start, errors, problem, retryAfterSeconds } = props
  const said = problem === undefined || problem === 'invalid' ? undefined : PROBLEMS[problem]
  return (
    <BookingDocument tenant={tenant} title="Your details" wrong={problem !== undefined}>
      <Back href={stepUrl(props, { day: dayOf(start, zone) })}>Choose another time</Back>
      <ErrorSummary errors={errors} />
      {said && (
        <Note tone="warn" title={said.title}>
          <p>
            {said.text}
            {problem === 'too_many' && ` Wait ${waitFor(retryAfterSeconds, locale)}, then send it again.`}
          </p>
          {problem === 'too_many' && <Contact tenant={tenant} />}
        </Note>
      )}
      <h1>Your details</h1>
      <Answers>
        <SessionFacts {...props} />
      </Answers>
      <form method="post" action={`/book/${encodeURIComponent(tenant.slug)}`} class="stack" novalidate>
        <FormFields {...props} withStart />
        <DetailsFields tenant={tenant} typed={props.typed} errors={errors} />
        <button type="submit">Book this session</button>
      </form>
    </BookingDocument>
  )
}

export const detailsPage = pageOf(DetailsPage)

export const SessionFacts = ({ service, tenant, zone, start }: BookingForm): VNode => {
  const locale = useLocale()
  const session = sessionFrom(start, service)
  const where = service.online ? '' : ', where you will meet'
  return (
    <Facts
      rows={[
        [
          'Session',
          `${service.name}, ${formatDuration(service.durationMinutes, locale)}${service.online ? ', online' : ''}`,
        ],
        [
          'When',
          `${formatDayWithYear(dayOf(start, zone), locale)}, ${formatTimes(session, zone, locale)}, ${formatZone(zone, start)}${where}`,
        ],
        clocksDiffer(zone, tenant.timeZone, start)
          ? [`For ${tenant.name}`, formatTimesElsewhere(session, zone, tenant.timeZone, locale)]
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
  errors,
}: Pick<BookingForm, 'tenant' | 'typed'> & { readonly errors: readonly FieldError[] }): VNode => (
  <>
    <Field
      id="name"
      label="Your name"
      type="text"
      autocomplete="name"
      value={typed.name}
      hint="Write nothing about your health here."
      errors={errors}
    />
    <Field
      id="email"
      label="Email address"
      type="email"
      autocomplete="email"
      value={typed.email}
      hint={`${tenant.name} sees it with your booking. We send nothing to it.`}
      errors={errors}
    />
  </>
)
