export const unsentForm = {
  title: 'Signed in again',
  heading: 'You are signed in again',
  notDone: 'It is not done yet',
  forms: {
    connect: 'You were about to connect an account.',
    calendars: 'You were about to save which calendars make you busy.',
    confirm: 'You were about to change the connected account, or what we may do there.',
    disconnect: 'You were about to disconnect an account.',
  },
  doIt: 'Do it now',
  leaveIt: 'Leave it, and go to your calendar settings',
}
