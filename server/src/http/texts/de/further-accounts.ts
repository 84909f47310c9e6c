import type { furtherAccounts as english } from '../en/further-accounts.ts'

export const furtherAccounts: typeof english = {
  title: 'Weitere Konten, die als belegt zählen',
  text: 'Ein privates Konto oder eines in einer anderen Klinik: Wir lesen, wann Sie dort belegt sind, und schreiben nie hinein.',
  noneReceives: 'In kein Konto werden Ihre Termine eingetragen. Die folgenden zählen weiter als belegt.',
  add: 'Ein weiteres Konto hinzufügen, das als belegt zählt:',
  full: 'Mehr als fünf Konten sind nicht möglich: eines, in das Ihre Termine eingetragen werden, und vier, die als belegt zählen.',
  approveFirst: 'Falls eine Organisation entscheidet, welche Apps genutzt werden dürfen: ',
  whatToSend: (label) => `was Sie ihrer IT-Administration für ${label} schicken`,
  ok: 'Zählt als belegt',
  back: 'Kalendereinstellungen',
  whichCalendars: (account) => ['Welche Kalender von ', account, ' als belegt zählen'],
  reads: 'Wir lesen Beginn, Ende und ob die Zeit belegt oder frei ist, und schreiben nichts.',
  disconnect: (account) => [account, ' trennen'],
  afterDisconnecting:
    'Dann kann auch gebucht werden, wenn Sie dort belegt sind. Ihre Termine bleiben gebucht, und dort ändert sich nichts.',
  others: 'Ihre weiteren Konten zählen weiter als belegt.',
  promoted:
    'Bisher zählt es nur als belegt. Danach steht es an der Stelle des bisherigen Kontos, und seine angekreuzten Kalender bleiben angekreuzt.',
  outcomes: {
    further_connected: {
      title: (label) => `Auch ${label} zählt jetzt als belegt`,
      text: 'Zu sehen sind nur noch Zeiten, in denen Sie in allen Ihren Konten frei sind.',
    },
    further_reconnected: {
      title: (label) => `${label} ist wieder verbunden`,
      text: 'Zu sehen sind nur Zeiten, in denen Sie in allen Ihren Konten frei sind.',
    },
    further_saved: { title: () => 'Gespeichert', text: 'Die angekreuzten Kalender zählen als belegt.' },
    further_saved_partly: {
      title: () => 'Nicht alles wurde gespeichert',
      text: 'Ein Kalender, der nicht lesbar war, ist nicht angekreuzt: Er ist dort gekennzeichnet. Solange kann gebucht werden, auch wenn Sie dort belegt sind.',
    },
    further_checked: { title: () => 'Geprüft', text: 'Was nicht gelesen werden konnte, ist dort gekennzeichnet.' },
    further_disconnected: {
      title: () => 'Entfernt',
      text: 'Dieses Konto zählt nicht mehr als belegt.',
    },
    already_connected: {
      title: () => 'Dieses Konto gehört schon dazu',
      text: 'Nichts hat sich geändert. Melden Sie sich mit einem anderen Konto an, um ein weiteres hinzuzufügen.',
    },
    too_many: {
      title: () => 'Mehr Konten sind nicht möglich',
      text: 'Nichts hat sich geändert. Höchstens fünf sind möglich: Trennen Sie zuerst eines davon.',
    },
    not_connected: {
      title: () => 'Das ist ein anderes Konto',
      text: 'Nichts hat sich geändert. Sie haben sich mit einem Konto angemeldet, das keines Ihrer weiteren Konten ist, oder nicht mehr. Melden Sie sich mit dem an, das wieder verbunden werden soll, oder fügen Sie dieses hinzu.',
    },
  },
}
