import { counting } from '../counting.ts'
import type { whatClientsSee as english } from '../en/what-clients-see.ts'

const counted = counting('de')

const length = (minutes: number): string =>
  minutes % 60 === 0 ? counted(minutes / 60, 'Stunde', 'Stunden') : counted(minutes, 'Minute', 'Minuten')

export const whatClientsSee: typeof english = {
  title: 'Was Klientinnen und Klienten sehen, und warum',
  back: 'Kalender',
  link: 'Was Klientinnen und Klienten sehen, und warum',
  answered: (calendar, time) =>
    calendar === undefined ? `Ihre Kalender haben um ${time} geantwortet` : `${calendar} hat um ${time} geantwortet`,
  readAgain: 'Neu gelesen wird jedes Mal, wenn jemand eine Buchung bestätigt.',
  silent: (calendar) => `${calendar ?? 'Eines Ihrer Konten'} antwortet gerade nicht`,
  silentText: (time) => `Das ist der Stand von ${time}. Ihn sieht, wer bucht, bis er zu alt ist.`,
  unconnected: 'Kein Kalender ist verbunden',
  unconnectedText: 'Angeboten werden Ihre Arbeitszeiten, ohne Ihren Kalender.',
  connect: 'Kalender verbinden',
  unread: (calendar) => `${calendar ?? 'Eines Ihrer Konten'} ist nicht lesbar`,
  unreadText: 'Solange das so ist, werden keine Zeiten angeboten: Was unbekannt ist, gilt nicht als frei.',
  unreadNames: (names) => `Nicht lesbar: ${names}`,
  otherwise: 'Ihr Kalender',
  checked: (calendar) =>
    calendar === undefined ? 'Ihre Kalender wurden gerade gelesen' : `${calendar} wurde gerade gelesen`,
  checkedText: 'So sehen es Klientinnen und Klienten jetzt.',
  service: 'Termin',
  serviceOption: (name, minutes) => `${name}, ${counted(minutes, 'Minute', 'Minuten')}`,
  show: 'Zeigen',
  check: 'Jetzt prüfen',
  hours: (hours) => `Arbeitszeiten: ${hours}`,
  weekdays: (first, last) => (first === last ? first : `${first} bis ${last}`),
  range: (start, end) => `${start}–${end}`,
  notice: (minutes) => (minutes === 0 ? 'kein Vorlauf' : `${length(minutes)} Vorlauf`),
  upTo: (day) => `bis ${day}`,
  zone: (zone) => `Zeiten in ${zone}`,
  free: (starts) => `Frei: ${counted(starts, 'Anfangszeit', 'Anfangszeiten')}`,
  calendar: (kind, calendars) =>
    ({
      busy: `Belegt in ${calendars}`,
      away: `Abwesend laut ${calendars}`,
      elsewhere: `An anderem Ort tätig laut ${calendars}. Zählt bei Ihnen als belegt`,
      tentative: `Mit Vorbehalt in ${calendars}. Zählt bei Ihnen als belegt`,
    })[kind],
  quoted: (name) => `„${name}“`,
  nameless: 'einem Kalender ohne Namen',
  yours: 'Ihrem Kalender',
  session: 'Hier gebuchter Termin',
  buffer: 'Freigehalten um einen hier gebuchten Termin',
  tooSoon: (minutes) => `Zu kurzfristig (${length(minutes)} Vorlauf)`,
  short: (minutes) => `Zu kurz für ${counted(minutes, 'Minute', 'Minuten')}`,
  offGrid: (minutes) => `Keine Anfangszeit passt: Sie liegen ${counted(minutes, 'Minute', 'Minuten')} auseinander`,
  outsideHours: 'Außerhalb Ihrer Arbeitszeiten',
  past: 'Vorbei',
  closedDays: (days) => `Geschlossen, ohne Arbeitszeiten: ${days}`,
  laterDays: (days) => `Noch nicht buchbar: ${days}`,
  over: 'Diese Woche ist vorbei.',
  beyond: (day) => `Diese Woche ist noch nicht buchbar. Der letzte Tag ist bisher ${day}.`,
  weeks: 'Wochen',
  previousWeek: 'Vorige Woche',
  thisWeek: 'Diese Woche',
  nextWeek: 'Nächste Woche',
  first: (time) => `Erste freie Zeit: ${time}`,
  noFirst: (day) => `Bis ${day} ist nichts frei.`,
  privacy: 'Wir wissen, dass eine Stunde belegt ist und in welchem Kalender. Wir fragen nie, was darin steht.',
  offering: {
    some: '',
    closed: 'Nichts ist buchbar: Ihre Praxis nimmt online keine Buchungen mehr an. Ihre Buchungsseite sagt das.',
    no_service: 'Nichts ist buchbar: Kein Angebot ist aktiv. Ihre Buchungsseite sagt, dass sie nicht verfügbar ist.',
    no_hours: 'Nichts ist buchbar: Es sind keine Arbeitszeiten eingetragen.',
    too_short: 'Nichts ist buchbar: Ihre Arbeitszeiten sind kürzer als jeder Termin.',
  },
  offeringTitle: 'Niemand kann buchen',
  mend: 'Wer diese Buchungsseite für Sie betreibt, kann das ändern: Fragen Sie dort.',
}
