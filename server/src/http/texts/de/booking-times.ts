import type { bookingTimes as english } from '../en/booking-times.ts'

export const bookingTimes: typeof english = {
  title: 'Wählen Sie eine Uhrzeit',
  heading: (day) => `Wählen Sie eine Uhrzeit am ${day}`,
  anotherDay: 'Einen anderen Tag wählen',
}
