import type { ComponentChildren } from 'preact'

export const settingsCalendar = {
  title: 'Calendar settings',
  heading: 'Calendar',
  /** In the place of a provider's name. */
  yourCalendar: 'Your calendar',
  bookingPage: 'See your booking page as clients do',
  connect: 'Connect a calendar',
  connectText: 'Connect a calendar, so that clients only see hours when you are free.',
  onlyOwner: 'Only the owner of this practice can connect a calendar.',
  tryAgain: 'Try again',
  askOwner: 'Ask the owner of this practice to look at this page.',
  reconnect: (account: ComponentChildren): ComponentChildren => ['Reconnect ', account],
}
