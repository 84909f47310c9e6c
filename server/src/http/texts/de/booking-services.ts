import type { bookingServices as english } from '../en/booking-services.ts'

export const bookingServices: typeof english = {
  title: 'Was möchten Sie buchen?',
}
