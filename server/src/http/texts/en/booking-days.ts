import { counting } from '../counting.ts'

const counted = counting('en')

/** "4 hours", "1 hour", "90 minutes". */
const noticeOf = (minutes: number): string =>
  minutes % 60 === 0 ? counted(minutes / 60, 'hour', 'hours') : counted(minutes, 'minute', 'minutes')

const possessive = (words: string): string => (words.endsWith('s') ? `${words}'` : `${words}'s`)

export const bookingDays = {
  title: 'Choose a day',
  back: 'Back',
  noTimes: 'No free times',
  times: (n: number) => counted(n, 'time', 'times'),
  days: 'Days',
  earlier: 'Earlier days',
  later: 'Later days',
  anotherDay: 'Choose another day',
  notice: (name: string, minutes: number) => `${name} needs ${possessive(noticeOf(minutes))} notice.`,
  firstFree: 'First free: ',
  nextFree: 'Next free: ',
  noneFree: 'No times are free now.',
  noneLater: 'No later times are free either.',
  lastDay: (day: string) => `${day} is the last day that can be booked so far.`,
  none: {
    range: 'No free times on these days',
    past: (day: string) => `${day} is over`,
    beyond: (day: string) => `${day} cannot be booked yet`,
    full: (day: string) => `${day} is full`,
    notice: (day: string) => `${day} is too close now`,
    noMore: (day: string) => `There are no more times on ${day}`,
    outside: (day: string) => `There are no times on ${day}`,
  },
}
