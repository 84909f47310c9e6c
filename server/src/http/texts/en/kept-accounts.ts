import type { ComponentChildren } from 'preact'
import { counting } from '../counting.ts'

const counted = counting('en')

export const keptAccounts = {
  title: 'Entries still to be removed',
  accountBefore: 'the account from before',
  text: (n: number, label: string, until: string) =>
    `${counted(n, 'entry of ours is', 'entries of ours are')} still to be removed from ${label}. Until that is done, and until ${until} at the latest, we keep our access there and use it for nothing else.`,
  deleteNow: 'Delete our access now',
  deleteNowText: 'What is not removed by then stays there for you to remove.',
  listed: (link: (words: string) => ComponentChildren): ComponentChildren => [
    link('Your appointments'),
    ' list what we could not remove.',
  ],
}
