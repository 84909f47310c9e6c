/** For a password that is all that signs somebody in. */
export const MINIMUM_PASSWORD = 12
