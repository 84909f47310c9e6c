export const account = {
  title: 'Your account',
  changed: 'Your password is changed',
  changedText: 'Everywhere else you are signed out.',
  email: 'Email',
  changePassword: 'Change your password',
  current: 'Your password now',
  change: 'Change password',
  signOutEverywhere: 'Sign out everywhere',
  signOutEverywhereText: 'Ends your visits in every browser, this one too. Do this when a device of yours is lost.',
  errors: {
    missing: 'Enter your password',
    short: (least: number) => `Choose a password of at least ${least} characters`,
    same: 'Choose another password than the one you have',
    different: 'The two new passwords are not the same',
    wrong: 'This is not your password',
  },
}
