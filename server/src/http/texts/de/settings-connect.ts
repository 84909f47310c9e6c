import type { settingsConnect as english } from '../en/settings-connect.ts'

export const settingsConnect: typeof english = {
  access: {
    availability: {
      title: 'Nur sehen, wann ich belegt bin',
      change: 'Keine Termine mehr eintragen, nur sehen, wann ich belegt bin',
      text: 'Wir lesen Beginn, Ende und ob Sie belegt oder frei sind, und schreiben nichts.',
    },
    bookings: {
      title: 'Hier gebuchte Termine auch eintragen',
      change: 'Hier gebuchte Termine auch eintragen',
      text: 'Wir lesen Beginn, Ende und ob Sie belegt oder frei sind, und tragen die hier gebuchten Termine ein und wieder aus; wenn Sie es verlangen, verschieben wir sie auf ihre Zeit zurück. Sonst ändern wir nichts.',
    },
  },
  privacy: (companies) =>
    `Wir fragen nie nach Titeln, Personen oder Notizen, auch wenn die Berechtigung, die ${companies} anzeigt, mehr umfasst.`,
  whatMayWeDo: 'Was dürfen wir tun?',
  askAdministrator: 'IT-Administration fragen',
  administratorFirst:
    'Wenn Ihre Organisation bestimmt, welche Apps verwendet werden dürfen, kann ihre IT-Administration das vorab genehmigen: ',
  askFor: (label) => `für ${label} anfragen`,
}
