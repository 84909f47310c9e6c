import { counting } from '../counting.ts'
import type { formats as english } from '../en/formats.ts'

const counted = counting('de')

export const formats: typeof english = {
  time: (time) => `${time} Uhr`,
  times: (start, end) => `${start} bis ${end}`,
  timesIn: (times, city) => `${times} in ${city}`,
  duration: (minutes) => counted(minutes, 'Minute', 'Minuten'),
  wait: (minutes) => (minutes === 1 ? 'eine Minute' : counted(minutes, 'Minute', 'Minuten')),
}
