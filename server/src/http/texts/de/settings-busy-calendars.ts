import { counting } from '../counting.ts'
import type { settingsBusyCalendars as english } from '../en/settings-busy-calendars.ts'

const counted = counting('de')

export const settingsBusyCalendars: typeof english = {
  tentativeBlocks: 'Termine mit Vorbehalt und Einladungen, die Sie nicht beantwortet haben',
  workingElsewhereBlocks: 'Zeiten, in denen Sie an anderem Ort tätig sind',
  title: 'Welche Kalender als belegt zählen',
  save: 'Speichern',
  onlyOwner: 'Das kann nur die Person ändern, der diese Praxis gehört.',
  checkNow: 'Jetzt prüfen',
  checkNowText: 'Liest Ihre Kalender und sagt, welche lesbar waren und wie viele belegte Zeiten sie haben.',
  looked: 'Gefunden',
  busyTimes: (n, days, moment) =>
    `${n === 0 ? 'Keine belegte Zeit' : counted(n, 'belegte Zeit', 'belegte Zeiten')} in den nächsten ${days} Tagen, Stand: ${moment}`,
  allFree: (days, moment, ticked) =>
    `Alle Einträge der nächsten ${days} Tage sind als frei gekennzeichnet, Stand: ${moment}: ${ticked ? 'Er zählt nicht als belegt' : 'Ankreuzen ändert nichts'}`,
  notCounted: 'Belegte Zeiten wurden hier nicht gezählt',
  unreadTicked: 'Nicht lesbar. Entfernen Sie das Häkchen und speichern Sie, dann kann wieder gebucht werden',
  unreadAside: 'War nicht lesbar und ist deshalb nicht angekreuzt',
  nameless: 'Ein Kalender',
  written: 'Hier gebuchte Termine werden in diesen eingetragen',
  fresh: 'Neu: Er zählt als belegt, bis Sie das Häkchen entfernen',
  unlessTicked: ': zählt nicht als belegt, solange Sie ihn nicht ankreuzen',
  hidden: (label) => `In ${label} ausgeblendet`,
  foreign: 'Nicht Ihr eigener',
  belongsTo: (owner) => ['Gehört: ', owner],
  busy: 'Als belegt zählen',
  free: 'Dann darf gebucht werden',
}
