import type { ComponentChildren, VNode } from 'preact'
import { isCancellable } from '../../domain/booking.ts'
import type { Booking, UnremovedEvent } from '../../ports/booking-store.ts'
import type { DifferenceNotice } from '../../ports/event-comparison-store.ts'
import type { FormerEvent } from '../../ports/former-event-store.ts'
import type { Texts } from '../texts/en.ts'
import { Back, Facts, Note, Typed, TypedAddress } from './components.tsx'
import { DifferenceAnswered, type DifferenceOutcome, EventDifferences } from './event-differences.tsx'
import { Hidden } from './form-fields.tsx'
import { formatDayAndTime, formatDuration, formatZone } from './formatting.ts'
import { type Member, MemberDocument } from './layout.tsx'
import { OfferingNote } from './offering-note.tsx'
import { pageOf, useLocale, useTexts } from './page-locale.tsx'
import { UnremovedEvents, UnremovedFormerEvents } from './unremoved-events.tsx'
import { isUnwritten, UnwrittenEvents } from './unwritten-events.tsx'
import { isWebLink } from './web-link.ts'
import { WhatClientsSeeLink } from './what-clients-see-link.tsx'

const TONES = {
  cancelled: 'good',
  cancelled_invited: 'good',
  already_cancelled: 'warn',
  try_again: 'good',
  did_it_myself: 'good',
  remove_it: 'good',
  leave_it: 'good',
  nothing_to_do: 'good',
  too_late: 'warn',
} as const

export type AppointmentsOutcome = keyof typeof TONES

export const appointmentsOutcomeOf = (word: unknown): AppointmentsOutcome | undefined =>
  Object.keys(TONES).find((known): known is AppointmentsOutcome => known === word)

/** How many events that were not removed the page names. */
export const UNREMOVED_SHOWN = 50

export interface AppointmentsPage extends Member {
  /** Soonest first, cancelled ones included. */
  readonly upcoming: readonly Booking[]
  /** Of cancelled sessions, soonest first; the page shows the latest {@link UNREMOVED_SHOWN}. */
  readonly unremoved: readonly UnremovedEvent[]
  /** Entries to be removed from accounts that were given up; as `unremoved`. */
  readonly former: readonly FormerEvent[]
  readonly outcome: AppointmentsOutcome | undefined
  /** Entries that stand otherwise in her calendar than their sessions are booked; soonest first. */
  readonly differences: readonly DifferenceNotice[]
  /** What has just come of her word about one of them. */
  readonly answered?: DifferenceOutcome | undefined
  /** Of the public booking page. */
  readonly address: string
}

const AppointmentsPage = (props: AppointmentsPage): VNode => {
  const { upcoming, unremoved, former, outcome, address, overview, now } = props
  const { appointments: t } = useTexts()
  const zone = overview.tenant.timeZone
  return (
    <MemberDocument title={t.title} current="appointments" member={props}>
      {outcome && (
        <Note tone={TONES[outcome]} title={t.outcomes[outcome].title}>
          <p>{t.outcomes[outcome].text}</p>
        </Note>
      )}
      <DifferenceAnswered outcome={props.answered} />
      <h1>{t.title}</h1>
      <EventDifferences {...props} />
      <OfferingNote overview={overview} />
      <UnwrittenEvents bookings={upcoming.filter(isUnwritten)} overview={overview} csrf={props.csrf} />
      <UnremovedEvents
        unremoved={unremoved.slice(-UNREMOVED_SHOWN)}
        more={unremoved.length > UNREMOVED_SHOWN}
        overview={overview}
        csrf={props.csrf}
      />
      <UnremovedFormerEvents
        former={former.slice(-UNREMOVED_SHOWN)}
        more={former.length > UNREMOVED_SHOWN}
        overview={overview}
        csrf={props.csrf}
      />
      {upcoming.length === 0 ? (
        <>
          <p>
            {t.none}
            {overview.offering === 'some' && (
              <>
                {t.share}
                <a href={address}>{address}</a>
              </>
            )}
          </p>
          <p>
            <WhatClientsSeeLink />
          </p>
        </>
      ) : (
        <>
          <p class="hint">{t.timesAreIn(formatZone(zone, now, ...upcoming.map(({ startsAt }) => startsAt)))}</p>
          <ol class="list">
            {upcoming.map((booking) => (
              <Appointment key={booking.id} booking={booking} {...props} />
            ))}
          </ol>
        </>
      )}
    </MemberDocument>
  )
}

export const appointmentsPage = pageOf(AppointmentsPage)

const Appointment = (props: AppointmentsPage & { readonly booking: Booking }): VNode => {
  const locale = useLocale()
  const texts = useTexts()
  const { appointments: t } = texts
  const { booking, overview, now } = props
  const { clientName, clientEmail, service, startsAt } = booking
  const cancelled = booking.status === 'CANCELLED'
  return (
    <li class="card">
      <h2>
        <time datetime={startsAt.toISOString()}>{formatDayAndTime(startsAt, overview.tenant.timeZone, locale)}</time>
      </h2>
      <Facts
        rows={[
          [t.client, <Typed key="n" text={clientName} />],
          [t.email, <TypedAddress key="e" text={clientEmail} />],
          [t.session, `${service.name}, ${formatDuration(service.durationMinutes, locale)}`],
          cancelled
            ? [
                t.state,
                <span key="s" class="status gone">
                  {t.cancelled}
                </span>,
              ]
            : undefined,
          videoOf(booking, t.sendOne(<Typed text={clientName} />), texts.video),
        ]}
      />
      {!cancelled && isCancellable(booking, now) && (
        <details>
          <summary>
            {t.cancel}
            <span class="vh">{t.cancelWhose(clientName)}</span>
          </summary>
          <CancelForm {...props} />
        </details>
      )}
    </li>
  )
}

/** How to join a session held online. Where the calendar made no link, `without` says who gives one. */
export function videoOf(
  { status, service, event }: Booking,
  without: ComponentChildren,
  t: Texts['video'],
): readonly [string, VNode] | undefined {
  const url = event.joinUrl
  if (status === 'CANCELLED' || !(service.online || isWebLink(url))) return undefined
  if (isWebLink(url))
    return [
      t.label,
      <a key="j" href={url} rel="noreferrer">
        {t.join}
      </a>,
    ]
  return [t.label, <span key="j">{event.status === 'PENDING' ? t.notYet : t.none(without)}</span>]
}

const CancelForm = ({ booking, overview, csrf }: Member & { readonly booking: Booking }): VNode => {
  const locale = useLocale()
  const { appointments: t } = useTexts()
  const time = formatDayAndTime(booking.startsAt, overview.tenant.timeZone, locale)
  return (
    <form method="post" action={`/appointments/${booking.id}/cancel`} class="stack">
      <p>
        {booking.event.isInvited && overview.features
          ? t.cancelAsksInvited(time, <Typed text={booking.clientName} />, overview.features.label)
          : t.cancelAsks(time, <Typed text={booking.clientName} />)}
      </p>
      <Hidden fields={{ _csrf: csrf }} />
      <button type="submit" class="bad">
        {t.cancelThis}
      </button>
    </form>
  )
}

interface CancelAppointmentPage extends Member {
  readonly booking: Booking
}

const CancelAppointmentPage = (props: CancelAppointmentPage): VNode => {
  const { appointments: t } = useTexts()
  return (
    <MemberDocument title={t.cancelTitle} current="appointments" member={props}>
      <Back href="/appointments">{t.back}</Back>
      <h1>{t.cancelHeading}</h1>
      <CancelForm {...props} />
    </MemberDocument>
  )
}

export const cancelAppointmentPage = pageOf(CancelAppointmentPage)
