export const bookingUnavailable = {
  unreadable: {
    title: (name: string) => `We cannot see ${name}'s free times right now`,
    text: 'Nothing has been booked. Try again in a minute.',
    textWithForm: 'Nothing has been booked, and nothing you typed is lost. Try again in a minute.',
    again: 'Try again',
  },
  closed: {
    title: 'This booking page is not available',
    text: 'Check that the whole address was copied. If it was, nothing can be booked here at the moment.',
  },
}
