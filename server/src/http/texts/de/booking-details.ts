import type { bookingDetails as english } from '../en/booking-details.ts'

export const bookingDetails: typeof english = {
  title: 'Ihre Angaben',
  anotherTime: 'Eine andere Uhrzeit wählen',
  session: 'Termin',
  when: 'Wann',
  whenWhereYouMeet: (when) => `${when}, wo Sie sich treffen`,
  whenFor: (name) => `Für ${name}`,
  name: 'Ihr Name',
  nameHint: 'Schreiben Sie hier nichts über Ihre Gesundheit.',
  email: 'E-Mail-Adresse',
  emailHint: (name) => `${name} sieht sie bei Ihrer Buchung. Wir schicken nichts dorthin.`,
  emailInvited: (name) =>
    `${name} sieht sie bei Ihrer Buchung, und der Kalender von ${name} schickt eine Einladung dorthin.`,
  book: 'Diesen Termin buchen',
  problems: {
    expired_form: {
      title: 'Bitte senden Sie es noch einmal',
      text: 'Es wurde nichts gebucht, und nichts, was Sie eingegeben haben, ist verloren. Prüfen Sie es und senden Sie es noch einmal. Wenn Sie dies dann wieder lesen, erlauben Sie in Ihrem Browser Cookies für diese Website.',
    },
    key_reused: {
      title: 'Dieses Formular wurde schon gesendet',
      text: 'Damit wurde mit anderen Angaben gebucht. Senden Sie es nur dann noch einmal, wenn Sie auch diesen Termin buchen möchten.',
    },
    too_many: {
      title: 'Hier wurden gerade zu viele Termine gebucht',
      text: 'Es wurde nichts gebucht, und nichts, was Sie eingegeben haben, ist verloren.',
    },
  },
  waitThenSend: (wait) => `Warten Sie ${wait}, und senden Sie es dann noch einmal.`,
  errors: {
    noName: 'Geben Sie Ihren Namen ein',
    longName: (most) => `Geben Sie einen Namen mit höchstens ${most} Zeichen ein`,
    email: 'Geben Sie eine E-Mail-Adresse ein, zum Beispiel name@example.com',
  },
}
