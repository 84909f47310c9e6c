export const bookingTimes = {
  title: 'Choose a time',
  heading: (day: string) => `Choose a time on ${day}`,
  anotherDay: 'Choose another day',
}
