export const bookingOtherTimes = {
  title: 'Choose another time',
  why: {
    taken: (time: string) => `${time} is taken`,
    over: 'That time is over',
    too_close: 'That time is too close now',
    beyond: 'That time cannot be booked yet',
    not_a_slot: 'That time cannot be booked',
  },
  nothingLost: 'Nothing you typed is lost.',
  press: 'Press a time to book it.',
  nearest: 'Nearest free times',
  allDays: 'All days',
}
