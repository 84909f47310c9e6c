export const eventDifferences = {
  title: 'Changed in your calendar',
  about: 'Here each session stands as it was booked: we have changed nothing, and told nobody.',
  /** Times of one day; `now` and `booked` as "11am". */
  begins: (calendar: string, now: string, booked: string) => `in ${calendar} it begins at ${now}, here at ${booked}.`,
  /** `now` as "Tuesday 1 December, 11am". */
  beginsOn: (calendar: string, now: string, booked: string) => `in ${calendar} it begins on ${now}, here at ${booked}.`,
  ends: (calendar: string, now: string, booked: string) => `in ${calendar} it ends at ${now}, here at ${booked}.`,
  endsOn: (calendar: string, now: string, booked: string) => `in ${calendar} it ends on ${now}, here at ${booked}.`,
  series: 'It has become part of a series there, which we leave alone.',
  gone: (calendar: string) => `its entry is gone from ${calendar}.`,
  /** `places`: accounts, each with its calendars in brackets. */
  conflict: (places: string) => `something else stands at that time in ${places}.`,
  more: 'There are more of them: the first are shown.',
  putBack: 'Put it back',
  writeAgain: 'Write it again',
  cancel: 'Cancel the session',
  leave: 'Leave it',
  leaveMoved: 'Leave it, I have told them',
  outcomes: {
    put_back: {
      title: 'It is back at its time',
      text: 'In your calendar it stands again where it was booked.',
    },
    write_again: {
      title: 'We are writing it again',
      text: 'Reload this page in a moment to see whether it worked.',
    },
    leave: {
      title: 'We leave it as it is',
      text: 'Here the session stays as it was booked. If you change its entry once more, we ask again.',
    },
    decided_put_back: {
      title: 'You have decided this before',
      text: 'Its entry was put back to its time. Nothing more was done now.',
    },
    decided_write_again: {
      title: 'You have decided this before',
      text: 'Its entry is written again. Nothing more was done now.',
    },
    decided_leave: {
      title: 'You have decided this before',
      text: 'It was left as it is. Nothing more was done now.',
    },
    difference_changed: {
      title: 'It has changed meanwhile',
      text: 'Nothing was done. We look again, and ask you here if it still differs.',
    },
    not_put_back: {
      title: 'It could not be put back',
      text: 'Your calendar did not let us, or did not answer. Try again, or move the entry there yourself.',
    },
  },
}
