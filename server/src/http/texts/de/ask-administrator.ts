import type { askAdministrator as english } from '../en/ask-administrator.ts'

export const askAdministrator: typeof english = {
  title: 'IT-Administration fragen',
  back: 'Ihre Kalendereinstellungen',
  text: (company) =>
    `In vielen Organisationen bestimmt die IT-Administration, welche Apps deren Konten bei ${company} verwenden dürfen. Schicken Sie Ihrer das hier.`,
  other: {
    availability: 'Auch darum bitten, Termine in Ihren Kalender eintragen zu dürfen',
    bookings: 'Nur darum bitten, zu sehen, wann Sie belegt sind',
  },
  link: 'Link für Ihre IT-Administration',
  worksUntil: (day) => `Er gilt bis ${day}. Danach holen Sie sich hier einen neuen.`,
  mail: 'Text für eine E-Mail',
  open: 'Im E-Mail-Programm öffnen',
  afterwards: (label) => `Wenn es genehmigt ist, verbinden Sie ${label} in Ihren Kalendereinstellungen.`,
  subject: (company) => `Bitte Kalenderzugriff für unsere Buchungsseite genehmigen (${company})`,
  hello: 'Guten Tag,',
  wish: (label, practice, company) =>
    `ich möchte meinen Kalender in ${label} mit der Buchungsseite von ${practice} verbinden, damit dort nur Zeiten stehen, in denen ich frei bin. Vielleicht muss die IT-Administration unserer Organisation das zuerst bei ${company} genehmigen.`,
  reads:
    'Die App liest, wann ich belegt bin: Beginn, Ende und ob ich belegt oder frei bin. Sie fragt nie nach Titeln, Personen oder Notizen.',
  writes: {
    availability: 'Sie schreibt nichts.',
    bookings: 'Sie trägt auch die bei mir gebuchten Termine ein und entfernt sie, wenn sie abgesagt werden.',
  },
  app: (address) => `Die App: ${address}`,
  clientId: (company, id) => `Ihre Client-ID bei ${company}: ${id}`,
  permissions: (permissions) => `Ihre Berechtigungen: ${permissions}`,
  reference: (address) => `Was diese erlauben: ${address}`,
  allow: (company) => `Bitte lassen Sie diese App in der Verwaltung von ${company} zu.`,
  approve: (day) => `Bitte öffnen Sie diesen Link und genehmigen Sie, vor ${day}:`,
  thanks: 'Vielen Dank.',
}
