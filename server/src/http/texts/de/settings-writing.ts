import { counting } from '../counting.ts'
import type { settingsWriting as english } from '../en/settings-writing.ts'

const count = counting('de')
const wait = (n: number) => count(n, 'Termin wartet', 'Termine warten')

export const settingsWriting: typeof english = {
  receiver: 'Wohin Termine geschrieben werden',
  nameless: 'Ein Kalender',
  goneCalendar: 'einem Kalender, den es nicht mehr gibt',
  chooseOne: 'Wählen Sie einen Kalender',
  gone: (waiting) =>
    `Der Kalender, in den wir Termine eintragen, wurde gelöscht. Wählen Sie einen anderen; ${wait(waiting)} bis dahin.`,
  locked: (waiting) =>
    `In den Kalender, den Sie gewählt haben, dürfen wir nichts mehr eintragen. Wählen Sie einen anderen; ${wait(waiting)} bis dahin.`,
  title: (label) => `Was in ${label} für einen Termin steht`,
  titleText: 'Alle, die Ihren Kalender öffnen dürfen, sehen es. Ihre Wahl gilt für neue Einträge.',
  exampleKind: 'Videotermin',
  sees: {
    neutral: 'nichts über die gebuchte Person',
    initials: 'Initialen',
    first_name: 'Vorname',
    full_name: 'alle sehen den Namen',
  },
  personal: (company) =>
    `Das ist ein persönliches Konto, oder ${company} sagt nicht, wem es gehört: Dort wird nie etwas über die gebuchte Person eingetragen. Gehört es einer Organisation, verbinden Sie es noch einmal.`,
  invites: (label) => `Ob ${label} zum Termin einlädt`,
  invitesText: (company) =>
    `Dann speichert ${company} Name und Adresse der gebuchten Person und schickt eigene Mails: Einladung und Absage. Fragen Sie vorher nach.`,
  no: 'Nein',
  yes: 'Ja',
  writtenByUs: 'Von uns eingetragen',
  allIn: (sessions, calendar) => [
    `${count(sessions, 'Termin', 'Termine')}, ${sessions === 1 ? '' : 'alle '}in „`,
    calendar,
    '“. ',
  ],
  someIn: (sessions, calendar) => [`${count(sessions, 'Termin', 'Termine')} in „`, calendar, '“. '],
  none: 'Kein kommender Termin. ',
  waiting: (n) => (n === 0 ? 'Keiner wartet.' : n === 1 ? '1 wartet.' : `${n} warten.`),
}
