import type { bookingOtherTimes as english } from '../en/booking-other-times.ts'

export const bookingOtherTimes: typeof english = {
  title: 'Wählen Sie eine andere Uhrzeit',
  why: {
    taken: (time) => `${time} ist vergeben`,
    over: 'Diese Uhrzeit ist vorbei',
    too_close: 'Für diese Uhrzeit ist es zum Buchen zu spät',
    beyond: 'Diese Uhrzeit kann noch nicht gebucht werden',
    not_a_slot: 'Diese Uhrzeit kann nicht gebucht werden',
  },
  nothingLost: 'Nichts, was Sie eingegeben haben, ist verloren.',
  press: 'Drücken Sie auf eine Uhrzeit, um sie zu buchen.',
  nearest: 'Die nächsten freien Uhrzeiten',
  allDays: 'Alle Tage',
}
