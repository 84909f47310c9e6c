export const layout = {
  /** The title of a page whose form could not be accepted. */
  wrong: (title: string) => `Error: ${title}`,
  skip: 'Skip to content',
  navigation: 'Main',
  appointments: 'Appointments',
  /** Follows `appointments`. */
  toAnswer: (count: number) => `, ${count} to answer`,
  calendar: 'Calendar',
  account: 'Account',
  signOut: 'Sign out',
}
