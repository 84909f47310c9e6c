import type { VNode } from 'preact'
import { waitsForPeople } from '../../domain/connection-health.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import { FOCUS_FIRST, Typed } from './components.tsx'
import { EventsChoice, goingAlong, staying, theirs } from './events-choice.tsx'
import { Hidden } from './form-fields.tsx'
import { count } from './formatting.ts'
import { nameOf } from './settings-account.tsx'

interface Props {
  readonly overview: CalendarOverview
  readonly csrf: string
  /** She has just come back from the provider. */
  readonly isNew: boolean
}

/** Another account than before, or less access to the same one, waits for a decision. */
export const PendingAccount = ({ overview, csrf, isNew }: Props): VNode | null => {
  const { pending, connection, features } = overview
  if (pending === undefined) return null
  const before = connection && features ? nameOf(connection, features) : 'another account'
  const after = nameOf(pending.connection, pending.features)
  return (
    <section class="note warn" aria-labelledby="replace" {...(isNew && FOCUS_FIRST)}>
      <h2 id="replace">{pending.isSameAccount ? 'Stop writing sessions?' : 'This is another account'}</h2>
      {pending.isSameAccount ? (
        <p>
          You signed in as <Typed text={after} /> again, so that we only see when you are busy. Nothing has changed yet.
        </p>
      ) : (
        <p>
          This is <Typed text={after} />, until now it was <Typed text={before} />. Replace it?
        </p>
      )}
      <form method="post" action="/settings/calendar/confirm" class="stack">
        <Hidden fields={{ _csrf: csrf, connection: pending.connection.id }} />
        <GoingAlong overview={overview} pending={pending} />
        <div>
          <button type="submit">
            {pending.isSameAccount ? (
              'Only see when I am busy'
            ) : (
              <>
                Replace it with <Typed text={after} />
              </>
            )}
          </button>
        </div>
      </form>
      <p class="hint">If you do nothing, everything stays as it was.</p>
    </section>
  )
}

/** What becomes of the sessions to come that stand in the account from before. */
const GoingAlong = ({
  overview,
  pending,
}: {
  readonly overview: CalendarOverview
  readonly pending: NonNullable<CalendarOverview['pending']>
}): VNode | null => {
  const { connection, features, standing } = overview
  const { sessions, withVideo } = standing
  if (connection === undefined || sessions === 0) return null
  const [from, to] = calendarsOf(overview, pending)
  const writesOn = pending.connection.access === 'bookings'
  const { it, stays, is } = theirs(sessions)
  if (connection.access !== 'bookings')
    return (
      <p>
        Your {count(sessions, 'session')} to come {stays} in <Typed text={from} />, where we may not change {it}
        {writesOn && (
          <>
            , and {is} written into <Typed text={to} /> too
          </>
        )}
        .
      </p>
    )
  return (
    <>
      <EventsChoice
        id="going-along"
        calendar={from}
        sessions={sessions}
        words={writesOn ? goingAlong(sessions, from, to) : staying(sessions, from)}
      />
      {withVideo > 0 && writesOn && (
        <p class="hint">
          Another entry has another video link, or none where the account has none to give: your clients find it on the
          page of their booking. We cannot notify them; tell them yourself.
        </p>
      )}
      {waitsForPeople(overview.health.state) && (
        <p class="hint">
          {`We cannot reach ${features?.label ?? 'it'} at the moment. What we cannot remove, your appointments page lists.`}
        </p>
      )}
    </>
  )
}

/** By the names of the calendars where those differ, else by the accounts'. */
function calendarsOf(
  { connection, features }: CalendarOverview,
  pending: NonNullable<CalendarOverview['pending']>,
): readonly [from: string, to: string] {
  if (connection === undefined || features === undefined) return ['the account from before', pending.features.label]
  return features.label === pending.features.label && !pending.isSameAccount
    ? [nameOf(connection, features), nameOf(pending.connection, pending.features)]
    : [features.label, pending.features.label]
}
