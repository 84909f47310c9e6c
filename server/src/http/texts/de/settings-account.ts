import { counting } from '../counting.ts'
import type { settingsAccount as english } from '../en/settings-account.ts'

const counted = counting('de')

export const settingsAccount: typeof english = {
  yourAccount: (label) => `Ihr Konto bei ${label}`,
  title: 'Verbundenes Konto',
  account: 'Konto',
  state: 'Zustand',
  lastChecked: 'Zuletzt geprüft',
  notYet: 'Noch nicht',
  whatWeMayDo: 'Was wir dürfen',
  asksAgain: (company) => `${company} fragt Sie noch einmal, dann ändert es sich.`,
  choosesBefore: (n, label) =>
    n === 1
      ? `Vorher entscheiden Sie, was aus Ihrem Termin in ${label} wird.`
      : `Vorher entscheiden Sie, was aus Ihren ${n} Terminen in ${label} wird.`,
  leave: 'Ändern oder trennen',
  useAnother: (label) => `Ein anderes Konto bei ${label} nehmen`,
  disconnectFrom: (label) => `${label} trennen`,
  disconnect: 'Trennen',
  without: 'Auf Ihrer Buchungsseite stehen dann Ihre Arbeitszeiten ohne Ihren Kalender.',
  stayBooked: (n) => (n === 1 ? 'Ihr Termin bleibt gebucht.' : `Ihre ${n} Termine bleiben gebucht.`),
  entriesStay: (n, label) =>
    `${counted(n, 'Eintrag bleibt', 'Einträge bleiben')} in ${label} stehen: Wir dürfen dort nichts ändern.`,
  removeAccess: (company) => `Entfernen Sie unseren Zugriff auch bei ${company}: `,
}
