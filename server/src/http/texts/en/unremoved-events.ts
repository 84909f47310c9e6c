/** `why`: a sentence, or nothing. What is said of an entry follows the name, the time and a colon. */
export const unremovedEvents = {
  cancelled: {
    title: 'Cancelled, and perhaps still in your calendar',
    about: 'An entry that still stands can keep its time from being offered to clients.',
  },
  former: {
    title: 'To be removed, and perhaps still in a calendar',
    about: 'Entries of ours in a calendar that we write to no longer.',
  },
  more: 'There are more of them: the latest are shown.',
  /** In the place of a provider's name. */
  yourCalendar: 'your calendar',
  moved: (label: string) =>
    `its entry was moved to another calendar of your account, and still stands there. Shall we remove it from ${label}, or leave it?`,
  edited: (label: string) =>
    `its entry in ${label} was changed since we wrote it, and not only in its time. Shall we remove it all the same, or leave it?`,
  series: (label: string) =>
    `its entry in ${label} has become part of a series, which we leave alone. Remove it there yourself.`,
  waits: (label: string) => `not removed from ${label} yet. We remove it once your calendar is connected again.`,
  goesOn: (label: string) => `not removed from ${label} yet. We keep trying.`,
  notLetIn: (label: string) => `${label} no longer lets us in.`,
  keepTrying: 'We keep trying; you can also remove it there yourself.',
  yourself: 'Remove it there yourself.',
  unknown: (label: string, why: string, next: string) =>
    `there may be an entry in ${label}: we could not find out. ${why} Look there. ${next}`,
  perhaps: (label: string, why: string, next: string) => `may still be in ${label}. ${why} Look there. ${next}`,
  notRemoved: (label: string, why: string, next: string) => `could not be removed from ${label}. ${why} ${next}`,
  ended: 'The connection it was written through has ended. We remove it once that account is connected again.',
  readOnly: 'We may only see this calendar, not change it.',
}
