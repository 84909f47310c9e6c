export const formFields = {
  problem: 'There is a problem',
  /** Read before the message of a field. */
  error: 'Error: ',
  newPassword: 'New password',
  newPasswordHint: (least: number) => `At least ${least} characters.`,
  newPasswordAgain: 'New password again',
}
