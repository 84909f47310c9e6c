import type { Account, MicrosoftEmulator, StoredEvent } from './index.ts'

const DAY = 864e5

/** A therapist's ordinary week in Outlook: something of everything that does and does not block an hour. */
export function seedWeek(emulator: MicrosoftEmulator, account: Account, monday: Date): StoredEvent[] {
  const date = (offset: number) => new Date(monday.getTime() + offset * DAY).toISOString().slice(0, 10)
  const practice = emulator.calendar(account)
  const family = account.mailbox.calendar('Family') ?? emulator.addCalendar(account, 'Family')
  const at = (day: number, from: string, to: string) => ({ start: `${date(day)}T${from}`, end: `${date(day)}T${to}` })
  return [
    practice.add({
      ...at(0, '09:00', '09:45'),
      subject: 'Team meeting',
      recurrence: {
        pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'], firstDayOfWeek: 'monday' },
        range: { type: 'noEnd', startDate: date(0), endDate: '0001-01-01', recurrenceTimeZone: account.timeZone },
      },
    }),
    practice.add({ ...at(0, '13:00', '14:00'), subject: 'Case conference', sensitivity: 'private' }),
    practice.add({ ...at(0, '15:00', '15:30'), subject: 'Window cleaner comes', showAs: 'free' }),
    practice.add({ ...at(1, '10:00', '11:30'), subject: 'Course: breathing techniques', showAs: 'tentative' }),
    practice.add({ ...at(1, '14:00', '15:00'), subject: 'Sales call', responseStatus: 'declined' }),
    practice.add({ ...at(2, '09:00', '12:00'), subject: 'Desk work from home', showAs: 'workingElsewhere' }),
    practice.add({ ...at(2, '13:30', '14:30'), subject: 'Supervision', isCancelled: true, responseStatus: 'accepted' }),
    practice.add({ ...at(2, '15:00', '16:30'), subject: 'Peer supervision', responseStatus: 'accepted' }),
    practice.add({ start: date(3), end: date(4), isAllDay: true, showAs: 'oof', subject: 'Training day' }),
    family.add({ ...at(4, '12:00', '13:00'), subject: 'Lunch at school' }),
    practice.add({ ...at(4, '16:00', '17:00'), subject: 'Accounts', sensitivity: 'private' }),
  ]
}
