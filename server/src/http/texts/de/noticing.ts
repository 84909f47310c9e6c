import type { noticing as english } from '../en/noticing.ts'

export const noticing: typeof english = {
  title: (calendar) => `Wenn Sie einen Termin in ${calendar} verschieben oder löschen`,
  connected: (calendar) =>
    `Wenn Sie einen Termin in ${calendar} verschieben oder löschen, bleibt die Buchung hier, wie sie ist. Wir merken es innerhalb von 15 Minuten, bei Terminen in mehr als zwei Tagen innerhalb von sechs Stunden, und fragen Sie auf der Seite mit Ihren Terminen.`,
  before:
    'Wenn Termine in Ihren Kalender geschrieben werden und Sie dort einen verschieben oder löschen, bleibt die Buchung hier, wie sie ist: Wir merken es und fragen Sie hier, was geschehen soll.',
}
