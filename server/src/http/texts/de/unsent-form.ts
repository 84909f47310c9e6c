import type { unsentForm as english } from '../en/unsent-form.ts'

export const unsentForm: typeof english = {
  title: 'Wieder angemeldet',
  heading: 'Sie sind wieder angemeldet',
  notDone: 'Es ist noch nicht ausgeführt',
  forms: {
    connect: 'Sie wollten gerade ein Konto verbinden.',
    calendars: 'Sie wollten gerade speichern, nach welchen Kalendern Sie belegt sind.',
    confirm: 'Sie wollten gerade das verbundene Konto wechseln oder ändern, was wir dort dürfen.',
    disconnect: 'Sie wollten gerade ein Konto trennen.',
  },
  doIt: 'Jetzt ausführen',
  leaveIt: 'Nicht ausführen und zu Ihren Kalendereinstellungen gehen',
}
