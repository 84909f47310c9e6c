import type { VNode } from 'preact'
import { waitsForPeople } from '../../domain/connection-health.ts'
import type { Booking, UnremovedEvent } from '../../ports/booking-store.ts'
import { type CalendarFailure, isTransient } from '../../ports/calendar-failure.ts'
import { isSameMailbox } from '../../ports/connection.ts'
import type { FormerEvent } from '../../ports/former-event-store.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import type { Texts } from '../texts/en.ts'
import { Typed } from './components.tsx'
import { ChangedEventButtons, EventButtons } from './event-buttons.tsx'
import { failedBecause } from './failure-words.ts'
import { formatDayAndTime } from './formatting.ts'
import { useLocale, useTexts } from './page-locale.tsx'

interface Props {
  /** Soonest first. */
  readonly unremoved: readonly UnremovedEvent[]
  /** There are more than these. */
  readonly more: boolean
  readonly overview: CalendarOverview
  readonly csrf: string
}

/** Cancelled sessions whose entry may still stand in a calendar. */
export const UnremovedEvents = (props: Props): VNode | null => (
  <Unremoved {...props} id="unremoved" {...useTexts().unremovedEvents.cancelled} pathOf={() => undefined} />
)

interface FormerProps extends Omit<Props, 'unremoved'> {
  /** Soonest first. */
  readonly former: readonly FormerEvent[]
}

/** Entries that were to leave a calendar that we write to no longer, and may still stand there. */
export const UnremovedFormerEvents = ({ former, ...props }: FormerProps): VNode | null => (
  <Unremoved
    {...props}
    id="former"
    unremoved={former.map(asUnremoved)}
    {...useTexts().unremovedEvents.former}
    pathOf={(index) => `former/${former[index]?.key}`}
  />
)

/** The entry in the place of the booking's own. */
const asUnremoved = ({ booking, mailbox, status, id, failure, change }: FormerEvent): UnremovedEvent => ({
  booking: { ...booking, event: { ...booking.event, status, id, failure, mailbox } },
  provider: mailbox.provider,
  change,
})

interface ListProps extends Props {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly pathOf: (index: number) => string | undefined
}

const Unremoved = ({ unremoved, more, overview, csrf, id, title, about, pathOf }: ListProps): VNode | null => {
  const locale = useLocale()
  const texts = useTexts()
  return unremoved.length === 0 ? null : (
    <section aria-labelledby={id} class="note warn">
      <h2 id={id}>{title}</h2>
      <p>{about}</p>
      <ul>
        {unremoved.map((one, index) => (
          <li key={pathOf(index) ?? one.booking.id}>
            <Typed text={one.booking.clientName} />
            {`, ${formatDayAndTime(one.booking.startsAt, overview.tenant.timeZone, locale)}: ${words(one, overview, texts)}`}
            {isForHerToSay(one) ? (
              <ChangedEventButtons booking={one.booking} path={pathOf(index)} overview={overview} csrf={csrf} />
            ) : (
              <EventButtons booking={one.booking} path={pathOf(index)} overview={overview} csrf={csrf} />
            )}
          </li>
        ))}
        {more && <li>{texts.unremovedEvents.more}</li>}
      </ul>
    </section>
  )
}

const isForHerToSay = ({ booking, change }: UnremovedEvent): boolean =>
  booking.event.status === 'FAILED' && (change === 'moved' || change === 'edited')

/** What is known of the entry, and what to do. She may have removed it meanwhile, so nothing says that it is there. */
function words(one: UnremovedEvent, overview: CalendarOverview, texts: Texts): string {
  const { unremovedEvents: t } = texts
  const { provider, change } = one
  const { event } = one.booking
  const features = overview.providers.find(({ type }) => type === provider)?.features
  const label = features?.label ?? t.yourCalendar
  const { status, id, failure } = event
  if (isForHerToSay(one)) return change === 'moved' ? t.moved(label) : t.edited(label)
  // What else a removal of an event whose id is known comes to (ICalendarProvider.deleteEvent).
  if (status === 'FAILED' && id !== undefined && failure === 'conflict') return t.series(label)
  const ended = endedBecause(event, overview, t)
  const goesOn = status === 'REMOVING' && ended === undefined
  const isKept = isFormer(event, overview)
  if (goesOn && !isKept && waitsForPeople(overview.health.state)) return t.waits(label)
  if (goesOn && (failure === undefined || isTransient(failure) || (!isKept && MENDED_BY_CONNECTING.has(failure))))
    return t.goesOn(label)
  const refused = isKept && failure === 'reconnect' ? t.notLetIn(label) : undefined
  const why = ended ?? refused ?? (failure === undefined ? '' : failedBecause(failure, features, texts))
  const next = goesOn ? t.keepTrying : t.yourself
  // Without an id nobody knows whether it was ever made; after a lost answer, whether it is gone.
  if (id === undefined) return t.unknown(label, why, next)
  if (failure !== undefined && (isTransient(failure) || failure === 'garbled')) return t.perhaps(label, why, next)
  return t.notRemoved(label, why, next)
}

const MENDED_BY_CONNECTING: ReadonlySet<CalendarFailure> = new Set(['reconnect', 'admin_consent'])

/** Whether its account was given up, and our access there is kept to remove it. */
const isFormer = ({ mailbox }: Booking['event'], { kept }: CalendarOverview): boolean =>
  mailbox !== undefined && kept.some((account) => isSameMailbox(mailbox, account))

/** Why nothing can be removed by us as things are connected now. */
function endedBecause(
  event: Booking['event'],
  overview: CalendarOverview,
  t: Texts['unremovedEvents'],
): string | undefined {
  const { mailbox } = event
  const { connection } = overview
  if (isFormer(event, overview)) return undefined
  if (connection === undefined || (mailbox !== undefined && !isSameMailbox(mailbox, connection))) return t.ended
  return connection.access === 'availability' ? t.readOnly : undefined
}
