import { counting } from '../counting.ts'

const counted = counting('en')
const sessions = (n: number) => counted(n, 'session', 'sessions')

export const settingsAccount = {
  yourAccount: (label: string) => `your ${label} account`,
  title: 'Connected account',
  account: 'Account',
  state: 'State',
  lastChecked: 'Last checked',
  notYet: 'Not yet',
  whatWeMayDo: 'What we may do',
  asksAgain: (company: string) => `${company} asks you again, then it changes.`,
  choosesBefore: (n: number, label: string) =>
    `Before it does, you choose what becomes of your ${sessions(n)} in ${label}.`,
  leave: 'Change or disconnect',
  useAnother: (label: string) => `Use another ${label} account`,
  disconnectFrom: (label: string) => `Disconnect ${label}`,
  disconnect: 'Disconnect',
  without: 'Clients see your working hours without your calendar.',
  stayBooked: (n: number) => `Your ${sessions(n)} ${n === 1 ? 'stays' : 'stay'} booked.`,
  entriesStay: (n: number, label: string) =>
    `${counted(n, 'entry stays', 'entries stay')} in ${label}: we may not change anything there.`,
  removeAccess: (company: string) => `Remove our access at ${company} too: `,
}
