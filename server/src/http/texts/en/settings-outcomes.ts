/** `label`: what the therapist calls the provider's calendar. */
export const settingsOutcomes = {
  nothingChanged: 'Nothing has changed',
  notConnected: (label: string) => `${label} was not connected`,
  staysConnected: (label: string) => `${label} stays connected as it is.`,
  isConnected: (label: string) => `${label} is connected`,
  accessKept: 'We keep our access there until our entries are removed: see below.',
  accessDeleted: 'Our access there is deleted here.',
  notTicked: (names: string, several: boolean) =>
    `${names} could not be read and ${several ? 'are' : 'is'} not ticked: clients can book while you are busy there.`,
  onlyTicked: (n: number) => `Only ${n} of your calendars are ticked. Tick the others that make you busy.`,
  noneRead: { title: 'No calendar was read', text: 'What stands in the way is said below.' },
  connected: { text: 'Clients now only see hours when you are free.' },
  reconnected: {
    title: (label: string) => `${label} is connected again`,
    writing: (label: string) =>
      `Clients only see hours when you are free. Sessions booked here are written to ${label}.`,
    reading: (label: string) => `Clients only see hours when you are free. We write nothing to ${label}.`,
  },
  replaced: { text: (access: string) => `The account from before is disconnected. ${access}` },
  narrowed: {
    title: 'We only see when you are busy',
    kept: (label: string) =>
      `We write no more sessions to ${label}. We keep the right to write until our entries are removed: see below.`,
    deleted: (label: string) => `We write no more sessions to ${label}, and the right to write is deleted here.`,
  },
  confirm: {
    title: 'This is another account',
    text: (label: string) => `You signed in to ${label} with another account than before. Nothing has changed yet.`,
  },
  declinedOrAdmin: 'Either you declined, or your organisation wants an administrator to approve.',
  adminConsent: 'Your organisation wants an administrator to approve first.',
  noMailbox: 'This account has no calendar. Choose another.',
  insufficientScope: 'We were given less access than we need. Try again, and allow everything that is asked.',
  forbidden:
    'This account may not be used so: it has no calendar of its own, no licence for one, or an organisation that does not allow it. Ask your administrator, or use another account.',
  unavailable: {
    title: (label: string) => `${label} did not answer`,
    text: 'Nothing has changed. Try again in a minute.',
  },
  misconfigured: 'It cannot be done right now. This is our fault, not yours.',
  notStored: {
    title: 'Our system did not answer in time',
    text: 'This is our fault, not yours. Below you see how things stand now. If that is not what you wanted, try again in a minute.',
  },
  failed: 'Something went wrong on the way. Try again.',
  approved: {
    title: 'Your administrator has answered',
    chooseBelow: 'What was approved can be chosen below.',
    connectNow: (label: string) =>
      `Connect ${label} now. If it is refused all the same, the approval has not reached your organisation yet, or was for another one.`,
  },
  refused: {
    title: 'It was not approved',
    text: (label: string) =>
      `Without your administrator ${label} cannot be connected. Your booking page works without it.`,
  },
  saved: { title: 'Saved', text: 'The ticked calendars make you busy.' },
  savedPartly: { title: 'Not everything was saved', text: 'The calendars that are ticked make you busy.' },
  nothingSaved: 'Nothing was saved',
  noneCanBeRead: 'What you ticked cannot be read. Leave another calendar ticked, or try again later.',
  calendarsChanged:
    'Your calendars have changed since you opened the page: one that you chose is gone, or sessions may no longer be written to it. Choose again.',
  noneTicked: 'Tick at least one, or your calendar will block nothing.',
  checked: {
    all: (calendars: string) => `${calendars} read`,
    some: (read: number, all: number) => `${read} of ${all} calendars read`,
    read: (names: string) => `Read: ${names}.`,
    unread: (names: string) => `Not read: ${names}.`,
  },
  disconnected: {
    title: (label: string) => `${label} is disconnected`,
    text: (access: string) => `${access} Clients see your working hours without your calendar.`,
  },
  accessIsDeleted: {
    title: 'Our access is deleted here',
    text: 'What we had not removed yet stays in that calendar: your appointments list it, for you to remove.',
  },
}
