import { counting } from '../counting.ts'

const counted = counting('en')

export const calendarNames = {
  quoted: (name: string) => `“${name}”`,
  nameless: 'a calendar without a name',
  more: (n: number) => `${n} more`,
  calendars: (n: number) => counted(n, 'calendar', 'calendars'),
}
