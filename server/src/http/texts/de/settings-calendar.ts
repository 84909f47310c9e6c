import type { settingsCalendar as english } from '../en/settings-calendar.ts'

export const settingsCalendar: typeof english = {
  title: 'Kalendereinstellungen',
  heading: 'Kalender',
  yourCalendar: 'Ihr Kalender',
  bookingPage: 'Ihre Buchungsseite so ansehen, wie andere sie sehen',
  connect: 'Einen Kalender verbinden',
  connectText:
    'Verbinden Sie einen Kalender, damit Ihre Klientinnen und Klienten nur Zeiten sehen, in denen Sie frei sind.',
  onlyOwner: 'Einen Kalender verbinden kann nur die Person, der diese Praxis gehört.',
  tryAgain: 'Noch einmal versuchen',
  askOwner: 'Bitten Sie die Person, der diese Praxis gehört, sich diese Seite anzusehen.',
  reconnect: (account) => ['Wieder verbinden: ', account],
}
