import type { unwrittenEvents as english } from '../en/unwritten-events.ts'

export const unwrittenEvents: typeof english = {
  title: 'Noch nicht in Ihrem Kalender',
  yourCalendar: 'Ihrem Kalender',
  failed: (label, why) =>
    `konnte nicht in ${label} eingetragen werden. ${why} Versuchen Sie es noch einmal, oder tragen Sie den Termin dort selbst ein.`,
  waits: (label) => `noch nicht in ${label}. Wir tragen den Termin ein, sobald Ihr Kalender wieder verbunden ist.`,
  refused: (label, why) => `konnte nicht in ${label} eingetragen werden. ${why} Wir versuchen es weiter.`,
  notYet: (label) => `noch nicht in ${label}. Wir versuchen es weiter.`,
  lost: 'noch nicht eingetragen, weil in den gewählten Kalender nichts mehr eingetragen werden kann. Wählen Sie in den Kalendereinstellungen einen anderen.',
}
