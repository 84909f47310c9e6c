import type { account as english } from '../en/account.ts'

export const account: typeof english = {
  title: 'Ihr Konto',
  changed: 'Ihr Passwort ist geändert',
  changedText: 'Überall sonst sind Sie jetzt abgemeldet.',
  email: 'E-Mail',
  changePassword: 'Passwort ändern',
  current: 'Ihr jetziges Passwort',
  change: 'Passwort speichern',
  signOutEverywhere: 'Überall abmelden',
  signOutEverywhereText:
    'Meldet Sie in jedem Browser ab, auch in diesem. Nutzen Sie das, wenn Sie ein Gerät verloren haben.',
  errors: {
    missing: 'Geben Sie Ihr Passwort ein',
    short: (least) => `Wählen Sie ein Passwort mit mindestens ${least} Zeichen`,
    same: 'Wählen Sie ein anderes Passwort als Ihr jetziges',
    different: 'Die beiden neuen Passwörter stimmen nicht überein',
    wrong: 'Das ist nicht Ihr Passwort',
  },
}
