export const settingsConnect = {
  access: {
    availability: {
      title: 'Only see when I am busy',
      change: 'Stop writing sessions, only see when I am busy',
      text: 'We read start, end and busy or free, and write nothing.',
    },
    bookings: {
      title: 'Also write sessions booked here',
      change: 'Also write sessions booked here',
      text: 'We read start, end and busy or free, and add and remove the sessions booked here; where you ask us to, we put them back at their time. We change nothing else.',
    },
  },
  privacy: (companies: string, several: boolean) =>
    `We never ask for titles, people or notes, even where the permission ${companies} ${several ? 'show' : 'shows'} is wider.`,
  whatMayWeDo: 'What may we do?',
  askAdministrator: 'Ask your administrator',
  administratorFirst:
    'If your organisation decides which apps its people may use, its administrator can approve first: ',
  askFor: (label: string) => `ask for ${label}`,
}
