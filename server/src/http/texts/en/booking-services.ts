export const bookingServices = {
  title: 'What would you like to book?',
}
