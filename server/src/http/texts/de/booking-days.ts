import { counting } from '../counting.ts'
import type { bookingDays as english } from '../en/booking-days.ts'

const counted = counting('de')

const noticeOf = (minutes: number): string =>
  minutes % 60 === 0 ? counted(minutes / 60, 'Stunde', 'Stunden') : counted(minutes, 'Minute', 'Minuten')

export const bookingDays: typeof english = {
  title: 'Wählen Sie einen Tag',
  back: 'Zurück',
  noTimes: 'Nichts frei',
  times: (n) => counted(n, 'Uhrzeit', 'Uhrzeiten'),
  days: 'Tage',
  earlier: 'Frühere Tage',
  later: 'Spätere Tage',
  anotherDay: 'Einen anderen Tag wählen',
  notice: (name, minutes) => `${name} braucht ${noticeOf(minutes)} Vorlauf.`,
  firstFree: 'Zuerst frei: ',
  nextFree: 'Als Nächstes frei: ',
  noneFree: 'Zurzeit ist nichts frei.',
  noneLater: 'Auch später ist nichts frei.',
  lastDay: (day) => `Der letzte Tag, der bisher gebucht werden kann, ist ${day}.`,
  none: {
    range: 'An diesen Tagen ist nichts frei',
    past: (day) => `${day}, ist vorbei`,
    beyond: (day) => `${day}, kann noch nicht gebucht werden`,
    full: (day) => `${day}, ist ausgebucht`,
    notice: (day) => `Für ${day}, ist es zum Buchen zu spät`,
    noMore: (day) => `Am ${day}, ist nichts mehr frei`,
    outside: (day) => `Am ${day}, ist nichts frei`,
  },
}
