import type { calendarFile as english } from '../en/calendar-file.ts'

export const calendarFile: typeof english = {
  file: 'termin.ics',
  summary: (name) => `Termin mit ${name}`,
}
