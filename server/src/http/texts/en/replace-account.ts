import type { ComponentChildren } from 'preact'
import { counting } from '../counting.ts'

const counted = counting('en')

export const replaceAccount = {
  anotherAccount: 'another account',
  accountBefore: 'the account from before',
  stopWriting: 'Stop writing sessions?',
  isAnother: 'This is another account',
  sameAgain: (account: ComponentChildren): ComponentChildren => [
    'You signed in as ',
    account,
    ' again, so that we only see when you are busy. Nothing has changed yet.',
  ],
  replaceIt: (after: ComponentChildren, before: ComponentChildren): ComponentChildren => [
    'This is ',
    after,
    ', until now it was ',
    before,
    '. Replace it?',
  ],
  onlySee: 'Only see when I am busy',
  replaceWith: (account: ComponentChildren): ComponentChildren => ['Replace it with ', account],
  nothingDone: 'If you do nothing, everything stays as it was.',
  /** `to`: where they are written too, if anywhere. */
  mayNotChange: (n: number, from: ComponentChildren, to: ComponentChildren): ComponentChildren => [
    `Your ${counted(n, 'session', 'sessions')} to come ${n === 1 ? 'stays' : 'stay'} in `,
    from,
    `, where we may not change ${n === 1 ? 'it' : 'them'}`,
    ...(to === undefined ? [] : [`, and ${n === 1 ? 'is' : 'are'} written into `, to, ' too']),
    '.',
  ],
  otherVideo:
    'Another entry has another video link, or none where the account has none to give: your clients find it on the page of their booking. We cannot notify them; tell them yourself.',
  outOfReach: (label: string) =>
    `We cannot reach ${label} at the moment. What we cannot remove, your appointments page lists.`,
  /** In the place of its name. */
  it: 'it',
}
