import type { bookingClosed as english } from '../en/booking-closed.ts'

export const bookingClosed: typeof english = {
  closed: 'Die Online-Buchung ist zurzeit geschlossen',
  closedText: (practice) => `Es wurde nichts gebucht. Für einen Termin wenden Sie sich bitte direkt an ${practice}.`,
  full: (lastDay) => `Bis ${lastDay} ist nichts frei`,
  fullText: 'Spätere Tage sind noch nicht buchbar: Jeden Tag kommt einer dazu.',
  noHours: 'Für diesen Termin werden zurzeit keine Zeiten angeboten',
  noHoursText: (practice) => `${practice} hat keine Zeiten eingetragen, in die er passt.`,
  noLonger: 'Diese Praxis nimmt online keine Buchungen mehr an',
  noLongerText:
    'Wenn Sie hier einen Termin gebucht haben, zeigt Ihnen der Link von damals weiterhin, was daraus geworden ist.',
  otherServices: 'Anderes Angebot wählen',
}
