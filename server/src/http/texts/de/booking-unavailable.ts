import type { bookingUnavailable as english } from '../en/booking-unavailable.ts'

export const bookingUnavailable: typeof english = {
  unreadable: {
    title: (name) => `Wann ${name} frei ist, können wir gerade nicht sehen`,
    text: 'Es wurde nichts gebucht. Versuchen Sie es in einer Minute noch einmal.',
    textWithForm:
      'Es wurde nichts gebucht, und nichts, was Sie eingegeben haben, ist verloren. Versuchen Sie es in einer Minute noch einmal.',
    again: 'Noch einmal versuchen',
  },
  closed: {
    title: 'Diese Buchungsseite ist nicht verfügbar',
    text: 'Prüfen Sie, ob die ganze Adresse kopiert wurde. Wenn ja, kann hier zurzeit nichts gebucht werden.',
  },
}
