import type { setPassword as english } from '../en/set-password.ts'

export const setPassword: typeof english = {
  title: 'Passwort festlegen',
  email: 'E-Mail',
  everywhere: 'Überall, wo Sie angemeldet sind, werden Sie abgemeldet. Dieser Link funktioniert einmal.',
  save: 'Passwort speichern',
  errors: {
    short: (least) => `Wählen Sie ein Passwort mit mindestens ${least} Zeichen`,
    different: 'Die beiden Passwörter stimmen nicht überein',
  },
  unknown: 'Dieser Link funktioniert nicht',
  unknownText:
    'Er wurde schon benutzt, seine Zeit ist abgelaufen, oder ein Teil fehlt. Bitten Sie dort um einen neuen, woher Sie ihn haben.',
  signIn: 'Anmelden',
}
