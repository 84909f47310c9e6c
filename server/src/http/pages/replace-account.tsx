import type { VNode } from 'preact'
import { waitsForPeople } from '../../domain/connection-health.ts'
import { isSameMailbox } from '../../ports/connection.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import type { Texts } from '../texts/en.ts'
import { FOCUS_FIRST, Typed, TypedAddress } from './components.tsx'
import { EventsChoice, goingAlong, staying } from './events-choice.tsx'
import { Hidden } from './form-fields.tsx'
import { useTexts } from './page-locale.tsx'
import { nameOf } from './settings-account.tsx'

interface Props {
  readonly overview: CalendarOverview
  readonly csrf: string
  /** She has just come back from the provider. */
  readonly isNew: boolean
}

/** Another account than before, or less access to the same one, waits for a decision. */
export const PendingAccount = ({ overview, csrf, isNew }: Props): VNode | null => {
  const texts = useTexts()
  const { replaceAccount: t, furtherAccounts } = texts
  const { pending, connection, features } = overview
  if (pending === undefined) return null
  const before = connection && features ? nameOf(connection, features, texts) : t.anotherAccount
  const after = nameOf(pending.connection, pending.features, texts)
  const isFurther = overview.further.some((one) => isSameMailbox(one.connection, pending.connection))
  return (
    <section class="note warn" aria-labelledby="replace" {...(isNew && FOCUS_FIRST)}>
      <h2 id="replace">{pending.isSameAccount ? t.stopWriting : t.isAnother}</h2>
      <p>
        {pending.isSameAccount
          ? t.sameAgain(<Typed text={after} />)
          : t.replaceIt(<Typed text={after} />, <Typed text={before} />)}
      </p>
      {isFurther && <p>{furtherAccounts.promoted}</p>}
      <form method="post" action="/settings/calendar/confirm" class="stack">
        <Hidden fields={{ _csrf: csrf, connection: pending.connection.id }} />
        <GoingAlong overview={overview} pending={pending} />
        <div>
          <button type="submit">
            {pending.isSameAccount ? t.onlySee : t.replaceWith(<TypedAddress text={after} />)}
          </button>
        </div>
      </form>
      <p class="hint">{t.nothingDone}</p>
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
  const texts = useTexts()
  const { replaceAccount: t, eventsChoice } = texts
  const { connection, features, standing } = overview
  const { sessions, withVideo } = standing
  if (connection === undefined || sessions === 0) return null
  const [from, to] = calendarsOf(overview, pending, texts)
  const writesOn = pending.connection.access === 'bookings'
  if (connection.access !== 'bookings')
    return <p>{t.mayNotChange(sessions, <Typed text={from} />, writesOn ? <Typed text={to} /> : undefined)}</p>
  return (
    <>
      <EventsChoice
        id="going-along"
        calendar={from}
        sessions={sessions}
        words={writesOn ? goingAlong(sessions, from, to, eventsChoice) : staying(sessions, from, eventsChoice)}
      />
      {withVideo > 0 && writesOn && <p class="hint">{t.otherVideo}</p>}
      {waitsForPeople(overview.health.state) && <p class="hint">{t.outOfReach(features?.label ?? t.it)}</p>}
    </>
  )
}

/** By the names of the calendars where those differ, else by the accounts'. */
function calendarsOf(
  { connection, features }: CalendarOverview,
  pending: NonNullable<CalendarOverview['pending']>,
  texts: Texts,
): readonly [from: string, to: string] {
  if (connection === undefined || features === undefined)
    return [texts.replaceAccount.accountBefore, pending.features.label]
  return features.label === pending.features.label && !pending.isSameAccount
    ? [nameOf(connection, features, texts), nameOf(pending.connection, pending.features, texts)]
    : [features.label, pending.features.label]
}
