export interface Passwords {
  hash(password: string): Promise<string>
  /** False for a wrong password and for a hash nobody made; takes as long either way. */
  verify(hash: string | undefined, password: string): Promise<boolean>
}
