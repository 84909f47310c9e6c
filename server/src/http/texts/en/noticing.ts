/** What happens when the therapist changes a session's entry in her calendar. */
export const noticing = {
  title: (calendar: string) => `If you move or delete a session in ${calendar}`,
  connected: (calendar: string) =>
    `Moving or deleting a session in ${calendar} does not change the booking here. We notice within 15 minutes, of sessions more than two days ahead within six hours, and ask you on your appointments page.`,
  before:
    'If sessions are written to your calendar and you move or delete one there, the booking here stays as it is: we notice, and ask you here what to do.',
}
