import { counting } from '../counting.ts'
import type { calendarNames as english } from '../en/calendar-names.ts'

const counted = counting('de')

export const calendarNames: typeof english = {
  quoted: (name) => `„${name}“`,
  nameless: 'ein Kalender ohne Namen',
  more: (n) => `${n} weitere`,
  calendars: (n) => counted(n, 'Kalender', 'Kalender'),
}
