import type { ComponentChildren } from 'preact'

export const calendarCallback = {
  used: {
    title: 'This link cannot be used',
    text: 'It works once, for ten minutes, in the browser that asked for it. Nothing was changed: a calendar that was connected still is.',
    link: 'Go to your calendar settings',
  },
  unknown: {
    title: 'We do not know this link',
    text: 'If you approved just now, that holds: it was given to the company that keeps your accounts, not to us. Tell the person who asked you that they can connect their calendar now.',
    otherwise: 'If it does not work for them, ask them for a new link.',
  },
  done: {
    title: 'You can close this page',
    approved: (name: ComponentChildren): ComponentChildren => [
      'If you approved for the organisation of ',
      name,
      ', tell ',
      name,
      ' that they can connect their calendar now. Nothing else is needed from you.',
    ],
    refused: (name: ComponentChildren): ComponentChildren => [
      'We were told that it was not approved, so ',
      name,
      ' cannot connect a calendar of your organisation. If that was a mistake, open the link again and approve.',
    ],
    late: (name: ComponentChildren): ComponentChildren => [
      'The link of ',
      name,
      ' has ended. If you approved just now, that holds all the same: it was given to the company that keeps your accounts, not to us. Tell ',
      name,
      ' that they can connect their calendar now.',
    ],
  },
}
