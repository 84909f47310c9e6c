import type { errorPage as english } from '../en/error-page.ts'

const failed = 'Das hat nicht funktioniert'
const notAllowed = 'Nicht erlaubt'
const broken = 'Etwas ist schiefgegangen'

export const errorPage: typeof english = {
  notFound: {
    title: 'Seite nicht gefunden',
    text: 'Unter dieser Adresse gibt es nichts. Prüfen Sie, ob die ganze Adresse kopiert wurde.',
  },
  notUnderstood: {
    title: failed,
    text: 'Wir konnten nicht lesen, was gesendet wurde. Es wurde nichts ausgeführt.',
  },
  invalid: {
    title: failed,
    text: 'Im Formular fehlte etwas, oder etwas war nicht gültig. Es wurde nichts ausgeführt.',
  },
  forbidden: { title: notAllowed, text: 'Das dürfen Sie nicht. Fragen Sie die Person, der diese Praxis gehört.' },
  forged: { title: notAllowed, text: 'Das kam von einer anderen Website. Es wurde nichts ausgeführt.' },
  expiredForm: {
    title: 'Dieses Formular ist zu alt',
    text: 'Sie waren eine Weile nicht da. Es wurde nichts ausgeführt. Gehen Sie zurück und notieren Sie, was Sie gewählt hatten, denn beim Neuladen geht es verloren. Laden Sie dann die Seite neu und senden Sie das Formular noch einmal.',
  },
  wrongMethod: { title: 'Das geht hier nicht', text: 'Diese Adresse beantwortet keine Anfrage dieser Art.' },
  unreadable: {
    title: 'Der Kalender antwortet nicht',
    text: 'Wir können den Kalender gerade nicht sehen. Es wurde nichts ausgeführt. Versuchen Sie es in einer Minute noch einmal.',
  },
  broken: {
    title: broken,
    text: 'Das liegt an uns, nicht an Ihnen. Versuchen Sie es in einer Minute noch einmal.',
  },
  maybeBooked: {
    title: broken,
    text: 'Das liegt an uns, nicht an Ihnen. Wir können nicht sagen, ob Ihr Termin gebucht wurde. Gehen Sie zurück und drücken Sie noch einmal auf den Knopf: Es wird nicht doppelt gebucht.',
  },
  tooMany: 'Zu viele Versuche',
  waitThenTry: (wait) => `Warten Sie ${wait}, und versuchen Sie es dann noch einmal.`,
  reference: (reference) => `Wer diese Website betreibt, findet den Fehler unter dieser Nummer: ${reference}`,
}
