import type { VNode } from 'preact'
import { isCancellable } from '../../domain/booking.ts'
import type { Booking, UnremovedEvent } from '../../ports/booking-store.ts'
import type { FormerEvent } from '../../ports/former-event-store.ts'
import { Back, Facts, Note, Typed } from './components.tsx'
import { Hidden } from './form-fields.tsx'
import { formatDayAndTime, formatDuration, formatZone } from './formatting.ts'
import { type Member, MemberDocument } from './layout.tsx'
import { useLocale } from './page-locale.tsx'
import { UnremovedEvents, UnremovedFormerEvents } from './unremoved-events.tsx'
import { isUnwritten, UnwrittenEvents } from './unwritten-events.tsx'
import { isWebLink } from './web-link.ts'

const OUTCOMES = {
  cancelled: {
    tone: 'good',
    title: 'The session is cancelled',
    text: 'We cannot notify your client; tell them yourself.',
  },
  already_cancelled: { tone: 'warn', title: 'It was cancelled before', text: 'Nothing was changed.' },
  try_again: {
    tone: 'good',
    title: 'We are trying again',
    text: 'Reload this page in a moment to see whether it worked.',
  },
  did_it_myself: { tone: 'good', title: 'Thank you, noted', text: 'We leave this entry in your calendar to you.' },
  remove_it: {
    tone: 'good',
    title: 'We are removing it',
    text: 'Reload this page in a moment to see whether it worked.',
  },
  leave_it: {
    tone: 'good',
    title: 'We leave it as it is',
    text: 'Its time is not offered to clients while the entry stands in a calendar that you have ticked and is shown as busy.',
  },
  nothing_to_do: { tone: 'good', title: 'It was done meanwhile', text: 'There is nothing left to do.' },
  too_late: { tone: 'warn', title: 'It cannot be cancelled any more', text: 'The session has begun or is over.' },
} as const

export type AppointmentsOutcome = keyof typeof OUTCOMES

export const appointmentsOutcomeOf = (word: unknown): AppointmentsOutcome | undefined =>
  Object.keys(OUTCOMES).find((known): known is AppointmentsOutcome => known === word)

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
  /** Of the public booking page. */
  readonly address: string
}

export const appointmentsPage = (props: AppointmentsPage): VNode => {
  const { upcoming, unremoved, former, outcome, address, overview, now } = props
  const zone = overview.tenant.timeZone
  const said = outcome && OUTCOMES[outcome]
  return (
    <MemberDocument title="Appointments" current="appointments" member={props}>
      {said && (
        <Note tone={said.tone} title={said.title}>
          <p>{said.text}</p>
        </Note>
      )}
      <h1>Appointments</h1>
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
        <p>
          No sessions are coming up. Share your booking page: <a href={address}>{address}</a>
        </p>
      ) : (
        <>
          <p class="hint">{`Times are in ${formatZone(zone, now)}.`}</p>
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

const Appointment = (props: AppointmentsPage & { readonly booking: Booking }): VNode => {
  const locale = useLocale()
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
          ['Client', <Typed key="n" text={clientName} />],
          ['Email', <Typed key="e" text={clientEmail} />],
          ['Session', `${service.name}, ${formatDuration(service.durationMinutes, locale)}`],
          cancelled
            ? [
                'State',
                <span key="s" class="status gone">
                  Cancelled
                </span>,
              ]
            : undefined,
          videoOf(
            booking,
            <>
              Send <Typed text={clientName} /> one yourself.
            </>,
          ),
        ]}
      />
      {!cancelled && isCancellable(booking, now) && (
        <details>
          <summary>
            Cancel<span class="vh">{` the session with ${clientName}`}</span>
          </summary>
          <CancelForm {...props} />
        </details>
      )}
    </li>
  )
}

/** How to join a session held online. Where the calendar made no link, `without` says who gives one. */
export function videoOf({ status, service, event }: Booking, without: VNode): readonly [string, VNode] | undefined {
  const url = event.joinUrl
  if (status === 'CANCELLED' || !(service.online || isWebLink(url))) return undefined
  if (isWebLink(url))
    return [
      'Video',
      <a key="j" href={url} rel="noreferrer">
        Join the call
      </a>,
    ]
  if (event.status === 'PENDING') return ['Video', <span key="j">The link is not there yet. Look again later.</span>]
  return ['Video', <span key="j">There is no link. {without}</span>]
}

const CancelForm = ({ booking, overview, csrf }: Member & { readonly booking: Booking }): VNode => {
  const locale = useLocale()
  return (
    <form method="post" action={`/appointments/${booking.id}/cancel`} class="stack">
      <p>
        {`Cancel ${formatDayAndTime(booking.startsAt, overview.tenant.timeZone, locale)} with `}
        <Typed text={booking.clientName} />? We cannot notify <Typed text={booking.clientName} />; tell them yourself.
      </p>
      <Hidden fields={{ _csrf: csrf }} />
      <button type="submit" class="bad">
        Cancel this session
      </button>
    </form>
  )
}

export const cancelAppointmentPage = (props: Member & { readonly booking: Booking }): VNode => (
  <MemberDocument title="Cancel a session" current="appointments" member={props}>
    <Back href="/appointments">Your appointments</Back>
    <h1>Cancel this session?</h1>
    <CancelForm {...props} />
  </MemberDocument>
)
