import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { BusyKind } from '../../src/domain/busy-time.ts'
import type { ConnectionContext } from '../../src/ports/calendar-connector.ts'
import { CalendarError, type CalendarFailure } from '../../src/ports/calendar-failure.ts'
import type { CreateEventParams, FreeBusyParams, ICalendarProvider } from '../../src/ports/calendar-provider.ts'
import type { EventLookup } from '../../src/ports/event-lookup.ts'
import type { EventMove } from '../../src/ports/event-move.ts'

/** How a call can be made to go wrong, and what it must then reject with. */
export const FAILURES = {
  unavailable: 'unavailable',
  throttled: 'throttled',
  garbled: 'garbled',
  forbidden: 'forbidden',
  /** The therapist withdrew her consent: neither access tokens nor refreshing work. */
  grant_gone: 'reconnect',
} as const satisfies Record<string, CalendarFailure>
export type Failure = keyof typeof FAILURES

export type ProviderMethod = 'getFreeBusy' | 'createEvent' | 'deleteEvent' | 'lookUpEvents'

export interface ExternalEvent {
  /** Instants, or days of the tenant's zone (`2027-06-14`; the last one is not included). */
  readonly from: Date | string
  readonly to: Date | string
  readonly calendarId?: string
  readonly showAs?: BusyKind | 'free'
}

export interface HeldEvent {
  readonly id: string
  readonly start: Date
  readonly end: Date
  readonly title: string
  readonly description: string | undefined
  readonly isPrivate: boolean
  readonly isBusy: boolean
  readonly guests: readonly string[]
  readonly calendarId: string
}

export interface Edit {
  readonly title?: string
  readonly start?: Date
  readonly end?: Date
  /** How many people she invites. */
  readonly guests?: number
}

/** Every day or every week, from the event's own day on. */
export interface Series {
  readonly every: 'day' | 'week'
  /** Endless if not given. */
  readonly times?: number
}

/** Thrown where a provider cannot be made to fail on demand, as the real ones cannot: the promise is then skipped. */
export class CannotInject extends Error {}

/** One connected account at one provider, and a hand that reaches behind it. */
export interface CalendarUnderTest {
  /** Europe/Berlin. Two calendars block unless `changes` say otherwise. */
  open(
    changes?: Partial<Pick<ConnectionContext, 'calendarIds' | 'access' | 'writesTo'>>,
  ): ICalendarProvider & EventLookup & EventMove
  /** The default calendar, where events are written unless `writesTo` says otherwise, and another one. */
  readonly calendarIds: readonly [string, string]
  /** Whether the provider tells what busy time is marked as, and which entries are marked as free; no if not given. */
  readonly tellsMarks?: boolean
  addExternalEvent(event: ExternalEvent): Promise<string>
  removeExternalEvent(id: string): Promise<void>
  /** The therapist changes an event. */
  editEvent(id: string, change: Edit): Promise<void>
  /** The therapist moves an event to another of her calendars. */
  moveToCalendar(id: string, calendarId: string): Promise<void>
  /** The therapist removes the other calendar, with what is in it. */
  removeOther(): Promise<void>
  /** Nothing may be written into the other calendar any more. */
  lockOther(): Promise<void>
  /** The therapist makes a series of an event. */
  makeSeries(id: string, series: Series): Promise<void>
  /** The id of the appointment on `day` of a series; `moved`: she has put it three hours later, so that it is an exception. */
  appointmentOf(id: string, day: string, moved: boolean): Promise<string>
  /** What the account holds now, in any calendar. */
  listEvents(): Promise<readonly HeldEvent[]>
  /** Every call of `method` fails, until `recover`. */
  fail(method: ProviderMethod, failure: Failure): void
  /** The next call of `method` gets no answer; resolves when it has reached the provider. */
  hang(method: ProviderMethod): Promise<void>
  /** The next writing call is carried out, and its answer lost. */
  loseAnswer(method: 'createEvent' | 'deleteEvent'): void
  /** One calendar cannot be read any more, while the others can. */
  breakCalendar(calendarId: string): void
  withoutOnlineMeetings(): void
  recover(): void
  close(): Promise<void>
}

export interface ContractPromise {
  readonly title: string
  prove(calendar: CalendarUnderTest): Promise<void>
}

/** A time on Monday, 14 June 2027, in UTC: "08:30". */
export const at = (time: string, day = '2027-06-14'): Date => new Date(`${day}T${time}:00Z`)

export const draft = (changes: Partial<CreateEventParams> = {}): CreateEventParams => ({
  idempotencyKey: randomUUID(),
  start: at('10:00'),
  end: at('10:50'),
  timeZone: 'Europe/Berlin',
  title: 'Appointment',
  ...changes,
})

export async function busyOf(
  provider: ICalendarProvider,
  start = at('06:00'),
  end = at('18:00'),
): Promise<readonly string[]> {
  const { busy } = await provider.getFreeBusy({ start, end })
  return busy.map((span) => `${span.start.toISOString().slice(5, 16)}/${span.end.toISOString().slice(5, 16)}`)
}

/** Of each calendar, on the day of {@link at}: "08:00/09:00 tentative". */
export async function busyByCalendarOf(
  provider: ICalendarProvider,
  asked: Pick<FreeBusyParams, 'besides'> = {},
): Promise<Record<string, readonly string[]>> {
  const window = { start: at('06:00'), end: at('18:00') }
  const { calendars } = await provider.getFreeBusy({ ...window, ...asked, byCalendar: true })
  const time = (instant: Date): string => instant.toISOString().slice(11, 16)
  return Object.fromEntries(
    (calendars ?? []).map(({ calendarId, busy }) => [
      calendarId,
      busy.map(({ start, end, kind }) => `${time(start)}/${time(end)} ${kind}`),
    ]),
  )
}

export async function failureOf(work: Promise<unknown>): Promise<CalendarError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(outcome).toBeInstanceOf(CalendarError)
  return outcome as CalendarError
}
