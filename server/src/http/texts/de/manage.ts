import type { manage as english } from '../en/manage.ts'

export const manage: typeof english = {
  states: {
    booked: 'Ihr Termin ist gebucht',
    cancelled: 'Ihr Termin ist abgesagt',
    past: 'Dieser Termin ist vorbei',
    too_late: 'Ihr Termin ist gebucht',
  },
  with: 'Mit',
  session: 'Termin',
  when: 'Wann',
  whenFor: (name) => `Für ${name}`,
  sendsLink: (name) => [name, ' schickt Ihnen einen.'],
  freeAgain: 'Die Zeit ist nicht mehr für Sie reserviert.',
  bookAgain: 'Wieder buchen',
  addToCalendar: 'In Ihren Kalender eintragen',
  keep: 'Heben Sie diese Seite auf: Nur hier können Sie online absagen. Speichern Sie ihre Adresse, oder setzen Sie ein Lesezeichen.',
  keepTooLate:
    'Speichern Sie die Adresse dieser Seite, oder setzen Sie ein Lesezeichen, damit Sie Ihre Buchung wieder sehen können.',
  tooLate: (name) => `Zum Absagen ist es hier zu spät. Bitte geben Sie ${name} Bescheid, wenn Sie nicht kommen können.`,
  cancel: 'Diesen Termin absagen',
  cancelText: 'Die Zeit ist dann nicht mehr für Sie reserviert, und andere können sie vielleicht buchen.',
  cancelNow: 'Ja, absagen',
  unknown: {
    title: 'Wir finden diese Buchung nicht',
    text: 'Prüfen Sie, ob die ganze Adresse kopiert wurde.',
  },
}
