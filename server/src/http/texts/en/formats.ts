import { counting } from '../counting.ts'

const counted = counting('en')

export const formats = {
  /** `time`: as the clock shows it. */
  time: (time: string) => time,
  /** "11am to 11:50am"; the end as `time` has it. */
  times: (start: string, end: string) => `${start} to ${end}`,
  timesIn: (times: string, city: string) => `${times} in ${city}`,
  duration: (minutes: number) => counted(minutes, 'minute', 'minutes'),
  /** How long to wait. */
  wait: (minutes: number) => (minutes === 1 ? 'a minute' : counted(minutes, 'minute', 'minutes')),
}
