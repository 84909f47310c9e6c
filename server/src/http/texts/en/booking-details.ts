export const bookingDetails = {
  title: 'Your details',
  anotherTime: 'Choose another time',
  session: 'Session',
  when: 'When',
  /** Of a session in person. */
  whenWhereYouMeet: (when: string) => `${when}, where you will meet`,
  whenFor: (name: string) => `For ${name}`,
  name: 'Your name',
  nameHint: 'Write nothing about your health here.',
  email: 'Email address',
  emailHint: (name: string) => `${name} sees it with your booking. We send nothing to it.`,
  emailInvited: (name: string) =>
    `${name} sees it with your booking, and the calendar of ${name} sends an invitation to it.`,
  book: 'Book this session',
  problems: {
    expired_form: {
      title: 'Please send it once more',
      text: 'Nothing has been booked, and nothing you typed is lost. Check it and send it again. If you read this once more, allow cookies for this website in your browser.',
    },
    key_reused: {
      title: 'This form was sent before',
      text: 'It made a booking with other details. Send it again only if you want to book this one too.',
    },
    too_many: {
      title: 'Too many sessions were booked here just now',
      text: 'Nothing has been booked, and nothing you typed is lost.',
    },
  },
  waitThenSend: (wait: string) => `Wait ${wait}, then send it again.`,
  errors: {
    noName: 'Enter your name',
    longName: (most: number) => `Enter a name of at most ${most} characters`,
    email: 'Enter an email address, like name@example.com',
  },
}
