import type { replaceAccount as english } from '../en/replace-account.ts'

export const replaceAccount: typeof english = {
  anotherAccount: 'ein anderes Konto',
  accountBefore: 'dem bisherigen Konto',
  stopWriting: 'Keine Termine mehr eintragen?',
  isAnother: 'Das ist ein anderes Konto',
  sameAgain: (account) => [
    'Sie haben sich wieder als ',
    account,
    ' angemeldet, damit wir nur noch sehen, wann Sie belegt sind. Noch hat sich nichts geändert.',
  ],
  replaceIt: (after, before) => ['Das ist ', after, ', bisher war es ', before, '. Ersetzen?'],
  onlySee: 'Nur sehen, wann ich belegt bin',
  replaceWith: (account) => ['Ersetzen durch ', account],
  nothingDone: 'Wenn Sie nichts tun, bleibt alles, wie es war.',
  mayNotChange: (n, from, to) => [
    n === 1 ? 'Ihr kommender Termin bleibt in ' : `Ihre ${n} kommenden Termine bleiben in `,
    from,
    ` stehen, wo wir ${n === 1 ? 'ihn' : 'sie'} nicht ändern dürfen`,
    ...(to === undefined ? [] : [`, und ${n === 1 ? 'wird' : 'werden'} auch in `, to, ' eingetragen']),
    '.',
  ],
  otherVideo:
    'Ein anderer Eintrag hat einen anderen Videolink, oder keinen, wenn das Konto keinen vergeben kann: Ihre Klientinnen und Klienten finden ihn auf der Seite ihrer Buchung. Wir können sie nicht benachrichtigen; sagen Sie es ihnen bitte selbst.',
  outOfReach: (label) =>
    `Wir erreichen ${label} gerade nicht. Was wir nicht entfernen können, steht auf der Seite Ihrer Termine.`,
  it: 'den Kalender',
}
