import type { VNode } from 'preact'
import { addDays, dayInterval, dayOf, isBefore, weekdayOf } from '../../domain/zoned-time.ts'
import type { CalendarProviderType } from '../../ports/calendar-provider-type.ts'
import type { Service, WorkingRange } from '../../ports/tenant-store.ts'
import type { Explanation } from '../../services/explain-slots.ts'
import { lastBookableDay } from '../../services/find-times.ts'
import { stepUrl } from './booking-layout.tsx'
import { isolated } from './calendar-names.ts'
import { Back, Note } from './components.tsx'
import { Hidden } from './form-fields.tsx'
import { formatDayAndTimeFrom, formatDayFrom, formatMoment, formatZone, listed } from './formatting.ts'
import { type Member, MemberDocument } from './layout.tsx'
import { OfferingNote } from './offering-note.tsx'
import { pageOf, useLocale, useTexts } from './page-locale.tsx'
import { WeekOfReasons } from './week-of-reasons.tsx'
import { WHAT_CLIENTS_SEE } from './what-clients-see-link.tsx'
import { formatHours } from './what-clients-see-words.ts'

export interface WhatClientsSeePage extends Member {
  readonly services: readonly Service[]
  /** Undefined where the practice offers none. */
  readonly service: Service | undefined
  readonly workingHours: readonly WorkingRange[]
  /** The Monday of the week that is shown. */
  readonly week: string
  /** Undefined where there is no service. */
  readonly explanation: Explanation | undefined
  /** The first free time of all; undefined where it is not known. */
  readonly first: Date | 'none' | undefined
  /** Whether the calendar was just read because she asked for it. */
  readonly checked: boolean
  /** Only owners have the calendar read afresh. */
  readonly mayCheck: boolean
}

const WhatClientsSeePage = (props: WhatClientsSeePage): VNode => {
  const { whatClientsSee: t } = useTexts()
  const { overview, service, explanation, checked } = props
  const calendar = (explanation?.accounts ?? 0) > 1 ? undefined : (overview.features?.label ?? t.otherwise)
  const isRead = explanation?.known === true && explanation.check === 'FRESH'
  return (
    <MemberDocument title={t.title} current="calendar" member={props}>
      {checked && isRead && (
        <Note tone="good" title={t.checked(calendar)}>
          <p>{t.checkedText}</p>
        </Note>
      )}
      <Back href="/settings/calendar">{t.back}</Back>
      <h1>{t.title}</h1>
      <OfferingNote overview={overview} />
      {explanation && <ReadState {...props} explanation={explanation} calendar={calendar} />}
      {service && <Choice {...props} service={service} />}
      <Rules {...props} />
      {service && explanation?.known && <WeekOfReasons {...props} service={service} explanation={explanation} />}
      {service && <Weeks {...props} service={service} />}
      <p class="hint">{t.privacy}</p>
    </MemberDocument>
  )
}

/** What clients see of a week, and why; as the therapist reads it. */
export const whatClientsSeePage = pageOf(WhatClientsSeePage)

/** When the calendar was read, or why it was not. */
const ReadState = ({
  overview,
  explanation,
  calendar,
  now,
}: WhatClientsSeePage & { readonly explanation: Explanation; readonly calendar: string | undefined }): VNode | null => {
  const { whatClientsSee: t } = useTexts()
  const locale = useLocale()
  if (!explanation.known) {
    const { calendars, connections } = explanation.unread
    const names = calendars.map(({ name }) => (name ? t.quoted(isolated(name)) : t.nameless))
    // Where there is one account, it needs no name.
    const accounts = explanation.accounts > 1 ? connections : []
    for (const { accountAddress, provider } of accounts)
      names.push(isolated(accountAddress ?? featuresOf(overview, provider)?.label ?? t.otherwise))
    return (
      <div class="stack">
        <p>
          <span class="status bad">{names.length > 0 ? t.unreadNames(listed(names, locale)) : t.unread(calendar)}</span>
        </p>
        <p>{t.unreadText}</p>
      </div>
    )
  }
  const { check, checkedAt } = explanation
  if (overview.connection === undefined)
    return (
      <p>
        <span class="status warn">{t.unconnected}</span>. {t.unconnectedText}{' '}
        <a href="/settings/calendar">{t.connect}</a>
      </p>
    )
  if (checkedAt === undefined) return null
  const time = formatMoment(checkedAt, overview.tenant.timeZone, now, locale)
  return check === 'REMEMBERED' ? (
    <p>
      <span class="status warn">{t.silent(calendar)}</span>. {t.silentText(time)}
    </p>
  ) : (
    <p>
      <span class="status ok">{t.answered(calendar, time)}</span>. {t.readAgain}
    </p>
  )
}

type Chosen = WhatClientsSeePage & { readonly service: Service }

/** Which service is asked about, and asking the calendar again. */
const Choice = ({ services, service, week, csrf, mayCheck, overview }: Chosen): VNode => {
  const { whatClientsSee: t } = useTexts()
  return (
    <div class="row choices">
      {services.length > 1 && (
        <form method="get" action={WHAT_CLIENTS_SEE} class="row">
          <Hidden fields={{ week }} />
          <label for="service" class="vh">
            {t.service}
          </label>
          <select id="service" name="service">
            {services.map(({ id, name, durationMinutes }) => (
              <option key={id} value={id} selected={id === service.id}>
                {t.serviceOption(name, durationMinutes)}
              </option>
            ))}
          </select>
          <button type="submit" class="quiet">
            {t.show}
          </button>
        </form>
      )}
      {mayCheck && overview.connection !== undefined && (
        <form method="post" action={`${WHAT_CLIENTS_SEE}/check`}>
          <Hidden fields={{ _csrf: csrf, service: service.id, week }} />
          <button type="submit">{t.check}</button>
        </form>
      )}
    </div>
  )
}

/** Hours, notice and horizon, in a line. */
const Rules = ({
  overview: { tenant },
  service,
  services,
  workingHours,
  week,
  first,
  now,
}: WhatClientsSeePage): VNode => {
  const { whatClientsSee: t } = useTexts()
  const locale = useLocale()
  const { timeZone, minimumNoticeMinutes } = tenant
  const shown = [dayInterval(addDays(week, 6), timeZone).end, ...(first instanceof Date ? [first] : [])]
  const parts = [
    services.length === 1 && service && t.serviceOption(service.name, service.durationMinutes),
    workingHours.length > 0 && t.hours(formatHours(workingHours, t, locale)),
    t.notice(minimumNoticeMinutes),
    t.upTo(formatDayFrom(lastBookableDay(tenant, timeZone, now), timeZone, now, locale)),
    t.zone(formatZone(timeZone, dayInterval(week, timeZone).start, ...shown)),
  ]
  return <p class="hint">{parts.filter(Boolean).join(' · ')}</p>
}

/** Other weeks, and the first free time of all. */
const Weeks = ({ overview, service, week, first, now }: Chosen): VNode => {
  const { whatClientsSee: t } = useTexts()
  const locale = useLocale()
  const { tenant } = overview
  const { timeZone } = tenant
  const thisWeek = mondayOf(dayOf(now, timeZone))
  const last = lastBookableDay(tenant, timeZone, now)
  const [previous, next] = [addDays(week, -7), addDays(week, 7)]
  const to = (monday: string): string =>
    `${WHAT_CLIENTS_SEE}?${new URLSearchParams({ service: service.id, week: monday })}`
  return (
    <>
      <nav class="row" aria-label={t.weeks}>
        {isBefore(thisWeek, previous) && !isBefore(last, previous) && <a href={to(previous)}>{t.previousWeek}</a>}
        {week !== thisWeek && <a href={to(thisWeek)}>{t.thisWeek}</a>}
        {!isBefore(next, thisWeek) && !isBefore(last, next) && <a href={to(next)}>{t.nextWeek}</a>}
      </nav>
      {first === 'none' && overview.offering === 'some' && (
        <p>{t.noFirst(formatDayFrom(last, timeZone, now, locale))}</p>
      )}
      {first instanceof Date && (
        <p class="row">
          <a href={stepUrl({ tenant, service, zone: timeZone }, { day: dayOf(first, timeZone) })}>
            {t.first(formatDayAndTimeFrom(first, timeZone, now, locale))}
          </a>
        </p>
      )}
    </>
  )
}

const featuresOf = ({ providers }: Member['overview'], provider: CalendarProviderType) =>
  providers.find(({ type }) => type === provider)?.features

export const mondayOf = (day: string): string => addDays(day, 1 - weekdayOf(day))
