export const setPassword = {
  title: 'Choose your password',
  email: 'Email',
  everywhere: 'Wherever you are signed in, you are signed out. This link works once.',
  save: 'Save password',
  errors: {
    short: (least: number) => `Choose a password of at least ${least} characters`,
    different: 'The two passwords are not the same',
  },
  unknown: 'This link does not work',
  unknownText:
    'It was used already, its time is over, or a part of it is missing. Ask whoever sent it for another one.',
  signIn: 'Sign in',
}
