/** Where there is nothing to choose from: no form and no second try helps. */
export const bookingClosed = {
  closed: 'Online booking is closed at the moment',
  closedText: (practice: string) => `Nothing has been booked. For a session, please contact ${practice} directly.`,
  full: (lastDay: string) => `Nothing is free up to ${lastDay}`,
  fullText: 'Later days cannot be booked yet: each day, one more opens.',
  noHours: 'No times are offered for this session at the moment',
  noHoursText: (practice: string) => `${practice} has set no hours in which it fits.`,
  noLonger: 'This practice no longer takes bookings online',
  noLongerText: 'If you have booked a session here, the link that you got then still shows what has become of it.',
  otherServices: 'Choose another session',
}
