export const signIn = {
  title: 'Sign in',
  awayTitle: 'You were away a while',
  away: 'Sign in again. What you sent last was not done.',
  awayKept: 'Sign in again. What you sent last was not done yet: it is kept, and you are asked about it then.',
  email: 'Email address',
  password: 'Password',
  signIn: 'Sign in',
  /** One message for both fields: saying which was wrong would tell whether an address has an account. */
  wrong: 'The email address or the password is wrong',
  forgotten: 'Have you forgotten your password? Whoever set up your account can send you a link to choose a new one.',
}
