export const calendarFile = {
  /** The name it is saved under. */
  file: 'session.ics',
  summary: (name: string) => `Session with ${name}`,
}
