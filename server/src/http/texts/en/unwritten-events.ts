/** `why`: a sentence, or nothing. What is said of an entry follows the name, the time and a colon. */
export const unwrittenEvents = {
  title: 'Not yet in your calendar',
  /** In the place of a provider's name. */
  yourCalendar: 'your calendar',
  failed: (label: string, why: string) =>
    `could not be written to ${label}. ${why} Try again, or add it there yourself.`,
  waits: (label: string) => `not yet in ${label}. We write it once your calendar is connected again.`,
  refused: (label: string, why: string) => `could not be written to ${label}. ${why} We keep trying.`,
  notYet: (label: string) => `not yet in ${label}. We keep trying.`,
  /** The calendar that receives is gone, or may not be written to. */
  lost: 'not yet written, because the calendar that we write to takes nothing any more. Choose another one in the calendar settings.',
}
