import type { VNode } from 'preact'
import type { DifferenceWord } from '../../domain/event-difference.ts'
import type { Locale } from '../../domain/locale.ts'
import { dayOf } from '../../domain/zoned-time.ts'
import type { DifferenceNotice } from '../../ports/event-comparison-store.ts'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import type { Texts } from '../texts/en.ts'
import { calendarNames, isolated } from './calendar-names.ts'
import { Note, Typed } from './components.tsx'
import { Hidden } from './form-fields.tsx'
import { formatDayAndTime, formatTime, listed, sentence } from './formatting.ts'
import type { Member } from './layout.tsx'
import { useLocale, useTexts } from './page-locale.tsx'

export type DifferenceOutcome = keyof Texts['eventDifferences']['outcomes']

const TONES: Readonly<Record<DifferenceOutcome, 'good' | 'warn'>> = {
  put_back: 'good',
  write_again: 'good',
  leave: 'good',
  decided_put_back: 'warn',
  decided_write_again: 'warn',
  decided_leave: 'warn',
  difference_changed: 'warn',
  not_put_back: 'warn',
}

export const differenceOutcomeOf = (word: unknown): DifferenceOutcome | undefined =>
  Object.keys(TONES).find((known): known is DifferenceOutcome => known === word)

export const DifferenceAnswered = ({ outcome }: { readonly outcome: DifferenceOutcome | undefined }): VNode | null => {
  const { outcomes } = useTexts().eventDifferences
  if (outcome === undefined) return null
  const { title, text } = outcomes[outcome]
  return (
    <Note tone={TONES[outcome]} title={title}>
      <p>{text}</p>
    </Note>
  )
}

/** How many differences the page names. */
export const DIFFERENCES_SHOWN = 50

interface Props extends Member {
  /** Soonest first; more than {@link DIFFERENCES_SHOWN} are cut. */
  readonly differences: readonly DifferenceNotice[]
}

/** Entries that she moved or deleted in her calendar, and times at which something else stands there. */
export const EventDifferences = ({ differences, ...member }: Props): VNode | null => {
  const { eventDifferences: t } = useTexts()
  if (differences.length === 0) return null
  return (
    <section aria-labelledby="differences" class="note warn">
      <h2 id="differences">{t.title}</h2>
      <p>{t.about}</p>
      <ul>
        {differences.slice(0, DIFFERENCES_SHOWN).map((notice) => (
          <Difference key={notice.id} notice={notice} {...member} />
        ))}
        {differences.length > DIFFERENCES_SHOWN && <li>{t.more}</li>}
      </ul>
    </section>
  )
}

const labelOf = ({ features }: CalendarOverview): string => features?.label ?? ''

const Difference = ({ notice, ...member }: Member & { readonly notice: DifferenceNotice }): VNode => {
  const locale = useLocale()
  const { booking } = notice
  const { timeZone } = member.overview.tenant
  return (
    <li>
      <Typed text={booking.clientName} />
      {`, ${formatDayAndTime(booking.startsAt, timeZone, locale)}: `}
      {useWords(notice, member.overview)}
      <Answers notice={notice} {...member} />
    </li>
  )
}

/** Accounts, each with its calendars, and with its address where several are connected. */
function placesOf({ calendarIds }: DifferenceNotice, overview: CalendarOverview, locale: Locale): string {
  const { connection, features, further } = overview
  const places = [{ connection, features }, ...further].flatMap(({ connection, features }) => {
    const found = connection?.calendars.filter(({ id }) => calendarIds.includes(id)) ?? []
    if (found.length === 0) return []
    const address = further.length > 0 && connection?.accountAddress
    const names = [address && isolated(address), calendarNames(found, locale)].filter(Boolean).join(', ')
    return [features === undefined ? names : `${features.label} (${names})`]
  })
  return places.length === 0 ? labelOf(overview) : listed(places, locale)
}

/** What she sees in her calendar, and what is booked here. */
function useWords(notice: DifferenceNotice, overview: CalendarOverview): string {
  const { eventDifferences: t } = useTexts()
  const locale = useLocale()
  const { kind, now, booking } = notice
  const label = labelOf(overview)
  if (kind === 'gone') return t.gone(label)
  if (kind === 'conflict' || now === undefined) return t.conflict(placesOf(notice, overview, locale))
  const { timeZone } = overview.tenant
  const { startsAt, endsAt } = booking
  const ofStart = now.start.getTime() !== startsAt.getTime()
  const [seen, booked] = ofStart ? [now.start, startsAt] : [now.end, endsAt]
  const isSameDay = dayOf(seen, timeZone) === dayOf(booked, timeZone)
  const shown = isSameDay ? formatTime(seen, timeZone, locale) : formatDayAndTime(seen, timeZone, locale)
  const here = formatTime(booked, timeZone, locale)
  const begins = isSameDay ? t.begins : t.beginsOn
  const ends = isSameDay ? t.ends : t.endsOn
  const words = (ofStart ? begins : ends)(label, shown, here)
  return kind === 'series' ? `${words} ${sentence(t.series)}` : words
}

const Answers = (props: Member & { readonly notice: DifferenceNotice }): VNode => {
  const { eventDifferences: t } = useTexts()
  const { notice, now } = props
  const { kind, booking } = notice
  const isToCome = booking.startsAt > now
  return (
    <div class="row">
      {kind === 'moved' && isToCome && (
        <Answer word="put_back" {...props}>
          {t.putBack}
        </Answer>
      )}
      {kind === 'gone' && isToCome && (
        <Answer word="write_again" {...props}>
          {t.writeAgain}
        </Answer>
      )}
      {(kind === 'gone' || kind === 'conflict') && isToCome && (
        <a class="btn quiet" href={`/appointments/${booking.id}/cancel`}>
          {t.cancel}
          <About {...props} />
        </a>
      )}
      <Answer word="leave" quiet {...props}>
        {kind === 'moved' || kind === 'series' ? t.leaveMoved : t.leave}
      </Answer>
    </div>
  )
}

/** For those who hear the buttons alone. */
const About = ({ notice, overview }: Pick<Member, 'overview'> & { readonly notice: DifferenceNotice }): VNode => {
  const { clientName, startsAt } = notice.booking
  const when = formatDayAndTime(startsAt, overview.tenant.timeZone, useLocale())
  return <span class="vh">{`: ${clientName}, ${when}`}</span>
}

interface AnswerProps extends Member {
  readonly notice: DifferenceNotice
  readonly word: DifferenceWord
  readonly quiet?: boolean
  readonly children: string
}

const Answer = ({ notice, word, quiet, children, csrf, overview }: AnswerProps): VNode => {
  const { id, booking } = notice
  return (
    <form method="post" action={`/appointments/${booking.id}/difference/${id}/${word.replaceAll('_', '-')}`}>
      <Hidden fields={{ _csrf: csrf }} />
      <button type="submit" class={quiet ? 'quiet' : undefined}>
        {children}
        <About notice={notice} overview={overview} />
      </button>
    </form>
  )
}
