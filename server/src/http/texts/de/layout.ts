import type { layout as english } from '../en/layout.ts'

export const layout: typeof english = {
  wrong: (title) => `Fehler: ${title}`,
  skip: 'Zum Inhalt springen',
  navigation: 'Hauptmenü',
  appointments: 'Termine',
  toAnswer: (count) => `, ${count} zu beantworten`,
  calendar: 'Kalender',
  account: 'Konto',
  signOut: 'Abmelden',
}
