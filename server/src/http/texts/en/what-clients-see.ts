import type { BusyKind } from '../../../domain/busy-time.ts'
import type { Offering } from '../../../domain/offering.ts'
import { counting } from '../counting.ts'

const counted = counting('en')

const length = (minutes: number): string =>
  minutes % 60 === 0 ? counted(minutes / 60, 'hour', 'hours') : counted(minutes, 'minute', 'minutes')

/** "4 hours’", "1 hour’s". */
const ofLength = (minutes: number): string =>
  minutes === 60 || minutes === 1 ? `${length(minutes)}’s` : `${length(minutes)}’`

export const whatClientsSee = {
  title: 'What clients see, and why',
  back: 'Calendar',
  /** A link elsewhere. */
  link: 'See what clients see, and why',
  /** `calendar` is undefined where several accounts are connected; so below. */
  answered: (calendar: string | undefined, time: string) => `${calendar ?? 'Your calendars'} answered at ${time}`,
  readAgain: 'It is read again whenever somebody confirms a booking.',
  silent: (calendar: string | undefined) => `${calendar ?? 'One of your accounts'} does not answer at the moment`,
  silentText: (time: string) => `This is what it said at ${time}, and what clients see until it is too old.`,
  unconnected: 'No calendar is connected',
  unconnectedText: 'Clients see your working hours without your calendar.',
  connect: 'Connect a calendar',
  unread: (calendar: string | undefined) => `${calendar ?? 'One of your accounts'} cannot be read`,
  unreadText: 'Clients are offered no times while it cannot: what is unknown does not count as free.',
  unreadNames: (names: string) => `Not readable: ${names}`,
  otherwise: 'your calendar',
  checked: (calendar: string | undefined) =>
    calendar === undefined ? 'Your calendars were read just now' : `${calendar} was read just now`,
  checkedText: 'What follows is what clients see now.',
  service: 'Session',
  serviceOption: (name: string, minutes: number) => `${name}, ${counted(minutes, 'minute', 'minutes')}`,
  show: 'Show',
  check: 'Check now',
  hours: (hours: string) => `Hours: ${hours}`,
  weekdays: (first: string, last: string) => (first === last ? first : `${first} to ${last}`),
  range: (start: string, end: string) => `${start}–${end}`,
  notice: (minutes: number) => (minutes === 0 ? 'no notice' : `${ofLength(minutes)} notice`),
  upTo: (day: string) => `up to ${day}`,
  zone: (zone: string) => `times in ${zone}`,
  free: (starts: number) => `Free: ${counted(starts, 'start', 'starts')}`,
  calendar: (kind: BusyKind, calendars: string) =>
    ({
      busy: `Busy in ${calendars}`,
      away: `Away in ${calendars}`,
      elsewhere: `Working elsewhere in ${calendars}. You count it as busy`,
      tentative: `Tentative in ${calendars}. You count it as busy`,
    })[kind],
  quoted: (name: string) => `“${name}”`,
  nameless: 'a calendar without a name',
  yours: 'your calendar',
  session: 'Session booked here',
  buffer: 'Kept clear around a session booked here',
  tooSoon: (minutes: number) => `Too soon (${ofLength(minutes)} notice)`,
  short: (minutes: number) => `Too short for ${counted(minutes, 'minute', 'minutes')}`,
  offGrid: (minutes: number) => `No start fits: they are ${counted(minutes, 'minute', 'minutes')} apart`,
  outsideHours: 'Outside your hours',
  past: 'Over',
  closedDays: (days: string) => `Closed, without working hours: ${days}`,
  laterDays: (days: string) => `Cannot be booked yet: ${days}`,
  over: 'This week is over.',
  beyond: (day: string) => `Clients cannot book this week yet. ${day} is the last day so far.`,
  weeks: 'Weeks',
  previousWeek: 'Previous week',
  thisWeek: 'This week',
  nextWeek: 'Next week',
  first: (time: string) => `First free time: ${time}`,
  noFirst: (day: string) => `Nothing is free up to ${day}.`,
  privacy: 'We know that an hour is busy and in which calendar. We never ask what is in it.',
  /** Why nothing can be booked, whatever the calendar says. */
  offering: {
    some: '',
    closed: 'Nothing can be booked: your practice no longer takes bookings online, and your booking page says so.',
    no_service: 'No session can be booked: none is active. Your booking page says that it is not available.',
    no_hours: 'Nothing can be booked: no working hours are set.',
    too_short: 'Nothing can be booked: your working hours are shorter than every session.',
  } satisfies Record<Offering, string>,
  offeringTitle: 'Clients cannot book',
  mend: 'Ask whoever runs this booking page for you to change it.',
}
