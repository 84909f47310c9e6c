/** So many passwords are being hashed that this one was not: nothing is known of it. */
export class TooManyPasswords extends Error {
  override readonly name = 'TooManyPasswords'
}

/** Password hashes. Both reject with TooManyPasswords. */
export interface Passwords {
  /** The hash with its salt and parameters, as text to store. */
  hash(password: string): Promise<string>
  /** False for a wrong password, and without a hash; takes equally long, so that time does not tell whether a user exists. */
  verify(hash: string | undefined, password: string): Promise<boolean>
}
