import type { ComponentChildren } from 'preact'
import { counting } from '../counting.ts'

const counted = counting('en')

/** The words for one session, or for several. */
const theirs = (sessions: number) =>
  sessions === 1
    ? { they: 'It', them: 'it', stays: 'stays', is: 'is' }
    : { they: 'They', them: 'them', stays: 'stay', is: 'are' }

export const eventsChoice = {
  legend: (n: number, calendar: ComponentChildren): ComponentChildren => [
    `Your ${counted(n, 'session', 'sessions')} to come ${theirs(n).is} in `,
    calendar,
    `. What becomes of ${theirs(n).them} there?`,
  ],
  /** Where an account follows that we write to. */
  goingAlong: {
    leave: (n: number, from: string, to: string) => {
      const { they, them, stays, is } = theirs(n)
      return {
        title: `Keep ${them} in both`,
        text: `${they} ${stays} in ${from}, where we can no longer change ${them}, and ${is} written into ${to} too.`,
      }
    },
    remove: (n: number, from: string, to: string) => ({
      title: `Move ${theirs(n).them}`,
      text: `${theirs(n).they} ${theirs(n).is} written into ${to} and removed from ${from}.`,
    }),
  },
  /** Where none follows. */
  staying: {
    leave: (n: number, from: string) => ({
      title: `Leave ${theirs(n).them} there`,
      text: `${theirs(n).they} ${theirs(n).stays} in ${from}; we can no longer change ${theirs(n).them} there.`,
    }),
    remove: (n: number, from: string) => ({
      title: `Remove ${theirs(n).them} there`,
      text: `${theirs(n).they} ${theirs(n).is} removed from ${from}, and ${theirs(n).stays} booked here.`,
    }),
  },
}
