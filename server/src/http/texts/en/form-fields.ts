export const formFields = {
  problem: 'There is a problem',
  /** Read before the message of a field. */
  error: 'Error: ',
}
