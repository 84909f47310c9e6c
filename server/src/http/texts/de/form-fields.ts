import type { formFields as english } from '../en/form-fields.ts'

export const formFields: typeof english = {
  problem: 'Es gibt ein Problem',
  error: 'Fehler: ',
  newPassword: 'Neues Passwort',
  newPasswordHint: (least) => `Mindestens ${least} Zeichen.`,
  newPasswordAgain: 'Neues Passwort noch einmal',
}
