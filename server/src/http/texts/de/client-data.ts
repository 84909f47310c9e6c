import type { clientData as english } from '../en/client-data.ts'

const years = (count: number): string => (count === 1 ? '1 Jahr' : `${count} Jahre`)
const after = (count: number): string => (count === 1 ? 'einem Jahr' : `${count} Jahren`)

export const clientData: typeof english = {
  title: 'Daten Ihrer Klientinnen und Klienten',
  saved: 'Ihre Wahl ist gespeichert',
  changed: 'Die Zahl hat sich geändert',
  changedText: 'Sehen Sie sie noch einmal an und bestätigen Sie dann.',
  off: 'Nichts wird von selbst gelöscht: Namen und E-Mail-Adressen Ihrer Klientinnen und Klienten bleiben, bis Sie eine Frist wählen.',
  on: (count, days) =>
    `Namen und E-Mail-Adressen werden gelöscht, wenn der Termin ${years(count)} zurückliegt, bei abgesagten Terminen nach ${days} Tagen.`,
  what: 'Gelöscht werden Name, E-Mail-Adresse und der Link eines Videogesprächs. Es bleibt, dass es einen Termin gab, für welche Leistung und wann. Der Link zur Buchung funktioniert dann nicht mehr.',
  calendar:
    'Ihr eigener Kalender, Ihre E-Mails und Ihre Akten bleiben unberührt. Für Akten können längere Fristen gelten: Hier geht es nur um die Buchungen.',
  choose: 'Frist wählen',
  after: 'Löschen nach',
  years: after,
  look: 'Anzeigen, wie viele Termine das wären',
  none: (count) => `Mit einer Frist von ${after(count)} würde jetzt nichts gelöscht.`,
  sessions: (count, sessions) =>
    `Mit einer Frist von ${after(count)} würden in der kommenden Nacht Namen und E-Mail-Adressen von ${sessions === 1 ? '1 Termin' : `${sessions} Terminen`} gelöscht. Das lässt sich nicht rückgängig machen.`,
  confirm: (count) => `Ab jetzt nach ${after(count)} löschen`,
  link: 'Wie lange Namen und E-Mail-Adressen Ihrer Klientinnen und Klienten bleiben',
}
