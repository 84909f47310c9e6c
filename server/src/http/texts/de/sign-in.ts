import type { signIn as english } from '../en/sign-in.ts'

export const signIn: typeof english = {
  title: 'Anmelden',
  awayTitle: 'Sie waren eine Weile nicht da',
  away: 'Melden Sie sich noch einmal an. Was Sie zuletzt gesendet haben, wurde nicht ausgeführt.',
  awayKept:
    'Melden Sie sich noch einmal an. Was Sie zuletzt gesendet haben, wurde noch nicht ausgeführt: Wir haben es aufgehoben und fragen Sie dann danach.',
  email: 'E-Mail-Adresse',
  password: 'Passwort',
  signIn: 'Anmelden',
  wrong: 'Die E-Mail-Adresse oder das Passwort ist falsch',
  forgotten:
    'Haben Sie Ihr Passwort vergessen? Wer Ihr Konto eingerichtet hat, kann Ihnen einen Link schicken, über den Sie ein neues wählen.',
}
