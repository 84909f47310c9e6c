import type { bookingLayout as english } from '../en/booking-layout.ts'

export const bookingLayout: typeof english = {
  choices: 'Ihre bisherige Auswahl',
  online: (words) => `${words}, online`,
  sessionWith: (session, name, online) => `${session}, ${online ? 'online ' : ''}mit ${name}`,
}
