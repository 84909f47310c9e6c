import type { unremovedEvents as english } from '../en/unremoved-events.ts'

export const unremovedEvents: typeof english = {
  cancelled: {
    title: 'Abgesagt und vielleicht noch in Ihrem Kalender',
    about: 'Solange ein Eintrag noch dasteht, kann seine Zeit womöglich nicht gebucht werden.',
  },
  former: {
    title: 'Zu entfernen und vielleicht noch in einem Kalender',
    about: 'Einträge von uns in einem Kalender, in den wir nicht mehr schreiben.',
  },
  more: 'Es gibt noch mehr davon: Die letzten sind aufgeführt.',
  yourCalendar: 'Ihrem Kalender',
  moved: (label) =>
    `Der Eintrag wurde in einen anderen Kalender Ihres Kontos verschoben und steht dort noch. Sollen wir ihn aus ${label} entfernen oder so lassen?`,
  edited: (label) =>
    `Der Eintrag in ${label} wurde geändert, seit wir ihn geschrieben haben, und nicht nur in seiner Zeit. Sollen wir ihn trotzdem entfernen oder so lassen?`,
  series: (label) =>
    `Der Eintrag in ${label} gehört jetzt zu einer Serie. Die rühren wir nicht an. Entfernen Sie ihn dort selbst.`,
  waits: (label) => `noch nicht aus ${label} entfernt. Wir entfernen ihn, sobald Ihr Kalender wieder verbunden ist.`,
  goesOn: (label) => `noch nicht aus ${label} entfernt. Wir versuchen es weiter.`,
  notLetIn: (label) => `${label} lässt uns nicht mehr hinein.`,
  keepTrying: 'Wir versuchen es weiter; Sie können ihn dort auch selbst entfernen.',
  yourself: 'Entfernen Sie ihn dort selbst.',
  unknown: (label, why, next) =>
    `Vielleicht steht ein Eintrag in ${label}: Wir konnten es nicht herausfinden. ${why} Sehen Sie dort nach. ${next}`,
  perhaps: (label, why, next) => `steht vielleicht noch in ${label}. ${why} Sehen Sie dort nach. ${next}`,
  notRemoved: (label, why, next) => `konnte nicht aus ${label} entfernt werden. ${why} ${next}`,
  ended:
    'Die Verbindung, über die er geschrieben wurde, ist beendet. Wir entfernen ihn, sobald dieses Konto wieder verbunden ist.',
  readOnly: 'Wir dürfen diesen Kalender nur sehen, nicht ändern.',
}
