const years = (count: number): string => (count === 1 ? '1 year' : `${count} years`)

export const clientData = {
  title: 'Your clients’ data',
  saved: 'Your choice is saved',
  changed: 'The number has changed',
  changedText: 'Look at it again and confirm it then.',
  off: 'Nothing is erased by itself: the names and email addresses of your clients stay until you choose a time.',
  on: (count: number, days: number) =>
    `Names and email addresses are erased ${years(count)} after the session, those of cancelled sessions after ${days} days.`,
  what: 'Erased are your client’s name, email address and the link of a video call. What stays is that there was a session, of which service, and when. Your client’s link to the booking stops working.',
  calendar:
    'Your own calendar, your mail and your records are not touched. Laws may ask you to keep records for longer: these are only the bookings.',
  choose: 'Choose a time',
  after: 'Erase after',
  years,
  look: 'See how many sessions that would be',
  none: (count: number) => `With ${years(count)} nothing would be erased now.`,
  sessions: (count: number, sessions: number) =>
    `With ${years(count)}, the names and email addresses of ${sessions === 1 ? '1 session' : `${sessions} sessions`} would be erased in the coming night. That cannot be undone.`,
  confirm: (count: number) => `Erase after ${years(count)} from now on`,
  link: 'How long your clients’ names and email addresses are kept',
}
