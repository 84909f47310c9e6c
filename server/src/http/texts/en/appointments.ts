import type { ComponentChildren } from 'preact'

export const appointments = {
  title: 'Appointments',
  none: 'No sessions are coming up.',
  share: ' Share your booking page: ',
  timesAreIn: (zone: string) => `Times are in ${zone}.`,
  client: 'Client',
  email: 'Email',
  session: 'Session',
  state: 'State',
  cancelled: 'Cancelled',
  sendOne: (client: ComponentChildren): ComponentChildren => ['Send ', client, ' one yourself.'],
  cancel: 'Cancel',
  /** Follows `cancel`, for those who hear the buttons alone. */
  cancelWhose: (client: string) => ` the session with ${client}`,
  cancelAsks: (time: string, client: ComponentChildren): ComponentChildren => [
    `Cancel ${time} with `,
    client,
    '? We cannot notify ',
    client,
    '; tell them yourself.',
  ],
  /** The client was invited by the entry: its calendar mails a cancellation when that goes. */
  cancelAsksInvited: (time: string, client: ComponentChildren, label: string): ComponentChildren => [
    `Cancel ${time} with `,
    client,
    `? ${label} sends `,
    client,
    ' a cancellation when we remove the entry.',
  ],
  cancelThis: 'Cancel this session',
  cancelTitle: 'Cancel a session',
  back: 'Your appointments',
  cancelHeading: 'Cancel this session?',
  outcomes: {
    cancelled: { title: 'The session is cancelled', text: 'We cannot notify your client; tell them yourself.' },
    cancelled_invited: {
      title: 'The session is cancelled',
      text: 'Your calendar sends the client a cancellation once we have removed the entry.',
    },
    already_cancelled: { title: 'It was cancelled before', text: 'Nothing was changed.' },
    try_again: { title: 'We are trying again', text: 'Reload this page in a moment to see whether it worked.' },
    did_it_myself: { title: 'Thank you, noted', text: 'We leave this entry in your calendar to you.' },
    remove_it: { title: 'We are removing it', text: 'Reload this page in a moment to see whether it worked.' },
    leave_it: {
      title: 'We leave it as it is',
      text: 'Its time is not offered to clients while the entry stands in a calendar that you have ticked and is shown as busy.',
    },
    nothing_to_do: { title: 'It was done meanwhile', text: 'There is nothing left to do.' },
    too_late: { title: 'It cannot be cancelled any more', text: 'The session has begun or is over.' },
  },
}
