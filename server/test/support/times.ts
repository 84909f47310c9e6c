/** A Monday, noon in Berlin. */
export const MONDAY = new Date('2030-03-04T11:00:00Z')
/** Tuesday at nine in Berlin: the first hour of the next working day. */
export const TUESDAY_9 = '2030-03-05T08:00:00.000Z'

export const hoursAfter = (start: string | Date, hours: number): Date =>
  new Date(new Date(start).getTime() + hours * 3_600_000)
