import type { settingsOutcomes as english } from '../en/settings-outcomes.ts'

export const settingsOutcomes: typeof english = {
  nothingChanged: 'Es hat sich nichts geändert',
  notConnected: (label) => `${label} wurde nicht verbunden`,
  staysConnected: (label) => `${label} bleibt verbunden wie bisher.`,
  isConnected: (label) => `${label} ist verbunden`,
  accessKept: 'Wir behalten unseren Zugriff dort, bis unsere Einträge entfernt sind: siehe unten.',
  accessDeleted: 'Unser Zugriff darauf ist hier gelöscht.',
  notTicked: (names, several) =>
    `Nicht lesbar und deshalb nicht angekreuzt: ${names}. Es kann gebucht werden, auch wenn Sie ${several ? 'in diesen Kalendern' : 'in diesem Kalender'} belegt sind.`,
  onlyTicked: (n) =>
    `Nur ${n} Ihrer Kalender ${n === 1 ? 'ist' : 'sind'} angekreuzt. Kreuzen Sie auch die anderen an, in denen Sie belegt sind.`,
  noneRead: { title: 'Kein Kalender wurde gelesen', text: 'Was im Weg steht, lesen Sie unten.' },
  connected: { text: 'Ihre Klientinnen und Klienten sehen jetzt nur noch Zeiten, in denen Sie frei sind.' },
  reconnected: {
    title: (label) => `${label} ist wieder verbunden`,
    writing: (label) =>
      `Ihre Klientinnen und Klienten sehen nur Zeiten, in denen Sie frei sind. Hier gebuchte Termine tragen wir in ${label} ein.`,
    reading: (label) =>
      `Ihre Klientinnen und Klienten sehen nur Zeiten, in denen Sie frei sind. In ${label} tragen wir nichts ein.`,
  },
  replaced: { text: (access) => `Das bisherige Konto ist getrennt. ${access}` },
  narrowed: {
    title: 'Wir sehen nur, wann Sie belegt sind',
    kept: (label) =>
      `Wir tragen keine Termine mehr in ${label} ein. Das Recht dazu behalten wir, bis unsere Einträge entfernt sind: siehe unten.`,
    deleted: (label) => `Wir tragen keine Termine mehr in ${label} ein, und das Recht dazu ist hier gelöscht.`,
  },
  confirm: {
    title: 'Das ist ein anderes Konto',
    text: (label) =>
      `Sie haben sich bei ${label} mit einem anderen Konto angemeldet als bisher. Noch hat sich nichts geändert.`,
  },
  declinedOrAdmin: 'Entweder haben Sie abgelehnt, oder die IT-Administration Ihrer Organisation muss zustimmen.',
  adminConsent: 'Zuerst muss die IT-Administration Ihrer Organisation zustimmen.',
  noMailbox: 'Dieses Konto hat keinen Kalender. Wählen Sie ein anderes.',
  insufficientScope:
    'Wir haben weniger Zugriff bekommen, als wir brauchen. Versuchen Sie es noch einmal und erlauben Sie alles, worum gebeten wird.',
  forbidden:
    'Dieses Konto darf dafür nicht verwendet werden: Es hat keinen eigenen Kalender, keine Lizenz dafür, oder Ihre Organisation erlaubt es nicht. Fragen Sie Ihre IT-Administration, oder nehmen Sie ein anderes Konto.',
  unavailable: {
    title: (label) => `${label} hat nicht geantwortet`,
    text: 'Es hat sich nichts geändert. Versuchen Sie es in einer Minute noch einmal.',
  },
  misconfigured: 'Das geht gerade nicht. Es liegt an uns, nicht an Ihnen.',
  notStored: {
    title: 'Unser System hat nicht rechtzeitig geantwortet',
    text: 'Das liegt an uns, nicht an Ihnen. Unten sehen Sie, wie es jetzt steht. Ist es nicht das, was Sie wollten, versuchen Sie es in einer Minute noch einmal.',
  },
  failed: 'Unterwegs ist etwas schiefgegangen. Versuchen Sie es noch einmal.',
  approved: {
    title: 'Ihre IT-Administration hat geantwortet',
    chooseBelow: 'Was genehmigt wurde, können Sie unten wählen.',
    connectNow: (label) =>
      `Verbinden Sie jetzt ${label}. Wird das trotzdem abgelehnt, ist die Genehmigung in Ihrer Organisation noch nicht angekommen, oder sie galt einer anderen.`,
  },
  refused: {
    title: 'Es wurde nicht genehmigt',
    text: (label) =>
      `Ohne Ihre IT-Administration kann ${label} nicht verbunden werden. Ihre Buchungsseite funktioniert auch so.`,
  },
  saved: { title: 'Gespeichert', text: 'Die angekreuzten Kalender zählen als belegt.' },
  savedPartly: { title: 'Nicht alles wurde gespeichert', text: 'Die angekreuzten Kalender zählen als belegt.' },
  nothingSaved: 'Es wurde nichts gespeichert',
  noneCanBeRead:
    'Was Sie angekreuzt haben, ist nicht lesbar. Lassen Sie einen anderen Kalender angekreuzt, oder versuchen Sie es später noch einmal.',
  calendarsChanged:
    'Ihre Kalender haben sich geändert, seit Sie die Seite geöffnet haben: Einer, den Sie gewählt haben, ist nicht mehr da, oder wir dürfen dort keine Termine mehr eintragen. Wählen Sie noch einmal.',
  noneTicked: 'Kreuzen Sie mindestens einen an, sonst sperrt Ihr Kalender keine Zeit.',
  checked: {
    all: (calendars) => `${calendars} gelesen`,
    some: (read, all) => `${read} von ${all} Kalendern gelesen`,
    read: (names) => `Gelesen: ${names}.`,
    unread: (names) => `Nicht gelesen: ${names}.`,
  },
  disconnected: {
    title: (label) => `${label} ist getrennt`,
    text: (access) => `${access} Auf Ihrer Buchungsseite stehen jetzt Ihre Arbeitszeiten ohne Ihren Kalender.`,
  },
  accessIsDeleted: {
    title: 'Unser Zugriff ist hier gelöscht',
    text: 'Was wir noch nicht entfernt hatten, bleibt in diesem Kalender stehen. Bei Ihren Terminen finden Sie die Liste, um es selbst zu entfernen.',
  },
}
