import type { calendarCallback as english } from '../en/calendar-callback.ts'

export const calendarCallback: typeof english = {
  used: {
    title: 'Dieser Link kann nicht benutzt werden',
    text: 'Er gilt einmal, zehn Minuten lang, in dem Browser, der ihn angefordert hat. Es wurde nichts geändert: Ein Kalender, der verbunden war, ist es noch.',
    link: 'Zu Ihren Kalendereinstellungen',
  },
  unknown: {
    title: 'Wir kennen diesen Link nicht',
    text: 'Wenn Sie gerade genehmigt haben, dann gilt das: Sie haben es dem Unternehmen gegenüber getan, das Ihre Konten führt, nicht uns gegenüber. Sagen Sie der Person, die Sie darum gebeten hat, dass sie ihren Kalender jetzt verbinden kann.',
    otherwise: 'Wenn es bei ihr nicht klappt, bitten Sie sie um einen neuen Link.',
  },
  done: {
    title: 'Sie können diese Seite schließen',
    approved: (name) => [
      'Wenn Sie für die Organisation von ',
      name,
      ' genehmigt haben, geben Sie dort Bescheid, dass der Kalender jetzt verbunden werden kann. Mehr ist von Ihnen nicht nötig.',
    ],
    refused: (name) => [
      'Uns wurde mitgeteilt, dass es nicht genehmigt wurde. Deshalb kann ',
      name,
      ' keinen Kalender Ihrer Organisation verbinden. Wenn das ein Versehen war, öffnen Sie den Link noch einmal und genehmigen Sie.',
    ],
    late: (name) => [
      'Der Link von ',
      name,
      ' ist abgelaufen. Wenn Sie gerade genehmigt haben, gilt das trotzdem: Sie haben es dem Unternehmen gegenüber getan, das Ihre Konten führt, nicht uns gegenüber. Geben Sie Bescheid, dass der Kalender jetzt verbunden werden kann.',
    ],
  },
}
