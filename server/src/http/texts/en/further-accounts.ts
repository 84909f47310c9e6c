import type { ComponentChildren } from 'preact'

/** `account`: its address, or words for it where it has none; `label`: what the therapist calls the provider's calendar. */
export const furtherAccounts = {
  title: 'Further accounts that make you busy',
  text: 'An account for your private life, or at another clinic: we read when you are busy there, and never write to it.',
  noneReceives: 'No account receives your sessions. Those below go on making you busy.',
  add: 'Add another account that makes you busy:',
  full: 'Five accounts are the most: one that receives your sessions, and four that make you busy.',
  approveFirst: 'If an organisation decides which apps may be used: ',
  whatToSend: (label: string) => `what to send its administrator for ${label}`,
  ok: 'Makes you busy',
  back: 'Calendar settings',
  whichCalendars: (account: ComponentChildren) => ['Which calendars of ', account, ' make you busy'],
  reads: 'We read start, end and busy or free, and write nothing.',
  disconnect: (account: ComponentChildren) => ['Disconnect ', account],
  afterDisconnecting:
    'Clients may then book while you are busy there. Your sessions stay booked, and nothing changes there.',
  others: 'Your further accounts go on making you busy.',
  promoted:
    'Today it only makes you busy. It then takes the place of the account from before, and its ticked calendars stay ticked.',
  outcomes: {
    further_connected: {
      title: (label: string) => `${label} makes you busy, too`,
      text: 'Clients now only see hours when you are free in all your accounts.',
    },
    further_reconnected: {
      title: (label: string) => `${label} is connected again`,
      text: 'Clients only see hours when you are free in all your accounts.',
    },
    further_saved: { title: () => 'Saved', text: 'The ticked calendars make you busy.' },
    further_saved_partly: {
      title: () => 'Not everything was saved',
      text: 'A calendar that could not be read is not ticked: it is marked there. Clients can book while you are busy there.',
    },
    further_checked: { title: () => 'Checked', text: 'What could not be read is marked there.' },
    further_disconnected: {
      title: () => 'Removed',
      text: 'That account makes you busy no longer.',
    },
    already_connected: {
      title: () => 'This account is one of yours already',
      text: 'Nothing has changed. Sign in with another account to add one more.',
    },
    too_many: {
      title: () => 'No more accounts can be added',
      text: 'Nothing has changed. Five are the most: disconnect one of them first.',
    },
    not_connected: {
      title: () => 'This is another account',
      text: 'Nothing has changed. You signed in with an account that is not among your further accounts, or no longer. Sign in with the one that is to be connected again, or add this one.',
    },
  },
}
