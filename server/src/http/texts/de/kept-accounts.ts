import { counting } from '../counting.ts'
import type { keptAccounts as english } from '../en/kept-accounts.ts'

const counted = counting('de')

export const keptAccounts: typeof english = {
  title: 'Noch zu entfernende Einträge',
  accountBefore: 'dem bisherigen Konto',
  text: (n, label, until) =>
    `${counted(n, 'Eintrag von uns ist', 'Einträge von uns sind')} noch aus ${label} zu entfernen. Bis das geschehen ist, längstens aber bis ${until}, behalten wir unseren Zugriff dort und verwenden ihn für nichts anderes.`,
  deleteNow: 'Unseren Zugriff jetzt löschen',
  deleteNowText: 'Was bis dahin nicht entfernt ist, bleibt dort stehen, und Sie müssten es selbst entfernen.',
  listed: (link) => ['Was wir nicht entfernen konnten, steht bei ', link('Ihren Terminen'), '.'],
}
