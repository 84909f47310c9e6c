import type { appointments as english } from '../en/appointments.ts'

const LOOK_AGAIN = 'Laden Sie diese Seite gleich noch einmal, um zu sehen, ob es geklappt hat.'

export const appointments: typeof english = {
  title: 'Termine',
  none: 'Es stehen keine Termine an.',
  share: ' Geben Sie Ihre Buchungsseite weiter: ',
  timesAreIn: (zone) => `Die Uhrzeiten gelten in ${zone}.`,
  client: 'Mit',
  email: 'E-Mail',
  session: 'Termin',
  state: 'Zustand',
  cancelled: 'Abgesagt',
  sendOne: (client) => ['Schicken Sie selbst einen an ', client, '.'],
  cancel: 'Absagen',
  cancelWhose: (client) => `: der Termin mit ${client}`,
  cancelAsks: (time, client) => [
    `${time} mit `,
    client,
    ' absagen? Wir können ',
    client,
    ' nicht benachrichtigen; bitte tun Sie das selbst.',
  ],
  cancelAsksInvited: (time, client, label) => [
    `${time} mit `,
    client,
    ` absagen? ${label} schickt `,
    client,
    ' eine Absage, sobald wir den Eintrag entfernen.',
  ],
  cancelThis: 'Diesen Termin absagen',
  cancelTitle: 'Einen Termin absagen',
  back: 'Ihre Termine',
  cancelHeading: 'Diesen Termin absagen?',
  outcomes: {
    cancelled: {
      title: 'Der Termin ist abgesagt',
      text: 'Wir können niemanden benachrichtigen; bitte geben Sie selbst Bescheid.',
    },
    cancelled_invited: {
      title: 'Der Termin ist abgesagt',
      text: 'Ihr Kalender schickt eine Absage, sobald wir den Eintrag entfernt haben.',
    },
    already_cancelled: { title: 'Er war schon abgesagt', text: 'Es wurde nichts geändert.' },
    try_again: { title: 'Wir versuchen es noch einmal', text: LOOK_AGAIN },
    did_it_myself: { title: 'Danke, notiert', text: 'Diesen Eintrag in Ihrem Kalender überlassen wir Ihnen.' },
    remove_it: { title: 'Wir entfernen ihn', text: LOOK_AGAIN },
    leave_it: {
      title: 'Wir lassen ihn, wie er ist',
      text: 'Seine Zeit kann nicht gebucht werden, solange der Eintrag in einem angekreuzten Kalender steht und dort als belegt gilt.',
    },
    nothing_to_do: { title: 'Es ist schon erledigt', text: 'Es bleibt nichts zu tun.' },
    too_late: { title: 'Er kann nicht mehr abgesagt werden', text: 'Der Termin hat begonnen oder ist vorbei.' },
  },
}
