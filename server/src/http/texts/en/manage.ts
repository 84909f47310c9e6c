import type { ComponentChildren } from 'preact'

export const manage = {
  states: {
    booked: 'Your session is booked',
    cancelled: 'Your session is cancelled',
    past: 'This session is over',
    too_late: 'Your session is booked',
  },
  with: 'With',
  session: 'Session',
  when: 'When',
  whenFor: (name: string) => `For ${name}`,
  sendsLink: (name: ComponentChildren): ComponentChildren => [name, ' will send you one.'],
  freeAgain: 'The time is no longer kept for you.',
  bookAgain: 'Book again',
  addToCalendar: 'Add it to your calendar',
  keep: 'Keep this page: only here you can cancel online. Save or bookmark its address.',
  keepTooLate: 'Save or bookmark the address of this page, to see your booking again.',
  tooLate: (name: string) => `It is too late to cancel here. Please tell ${name} if you cannot come.`,
  cancel: 'Cancel this session',
  cancelText: 'The time is then no longer kept for you, and others may be able to book it.',
  cancelNow: 'Yes, cancel it',
  unknown: { title: 'We cannot find this booking', text: 'Check the whole address was copied.' },
}
