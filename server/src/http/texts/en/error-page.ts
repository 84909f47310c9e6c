const failed = 'That did not work'
const notAllowed = 'Not allowed'
const broken = 'Something went wrong'

export const errorPage = {
  notFound: {
    title: 'Page not found',
    text: 'There is nothing at this address. Check that the whole address was copied.',
  },
  notUnderstood: { title: failed, text: 'We could not read what was sent. Nothing was done.' },
  invalid: { title: failed, text: 'Something in the form was missing or not valid. Nothing was done.' },
  forbidden: { title: notAllowed, text: 'You may not do this. Ask the person who owns this practice.' },
  forged: { title: notAllowed, text: 'This came from another website. Nothing was done.' },
  expiredForm: {
    title: 'This form is too old',
    text: 'You were away a while. Nothing was done. Go back and note what you had chosen, because reloading forgets it. Then reload the page and send the form again.',
  },
  wrongMethod: { title: 'That does not work here', text: 'This address does not answer that kind of request.' },
  unreadable: {
    title: 'The calendar does not answer',
    text: 'We cannot see the calendar right now. Nothing was done. Try again in a minute.',
  },
  broken: { title: broken, text: 'This is our fault, not yours. Try again in a minute.' },
  /** A booking was sent. */
  maybeBooked: {
    title: broken,
    text: 'This is our fault, not yours. We cannot say whether your session was booked. Go back and press the button again: it will not book twice.',
  },
  tooMany: 'Too many tries',
  waitThenTry: (wait: string) => `Wait ${wait}, then try again.`,
  reference: (reference: string) => `Whoever runs this website finds the error by this number: ${reference}`,
}
