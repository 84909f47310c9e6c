/** Password hashes. */
export interface Passwords {
  /** The hash with its salt and parameters, as text to store. */
  hash(password: string): Promise<string>
  /** False for a wrong password, and without a hash; takes equally long, so that time does not tell whether a user exists. */
  verify(hash: string | undefined, password: string): Promise<boolean>
}
