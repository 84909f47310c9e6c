import type { eventDifferences as english } from '../en/event-differences.ts'

export const eventDifferences: typeof english = {
  title: 'In Ihrem Kalender geändert',
  about: 'Hier steht jeder Termin so, wie er gebucht wurde: Wir haben nichts geändert und niemandem etwas gesagt.',
  begins: (calendar, now, booked) => `In ${calendar} beginnt er um ${now}, hier um ${booked}.`,
  beginsOn: (calendar, now, booked) => `In ${calendar} beginnt er am ${now}, hier um ${booked}.`,
  ends: (calendar, now, booked) => `In ${calendar} endet er um ${now}, hier um ${booked}.`,
  endsOn: (calendar, now, booked) => `In ${calendar} endet er am ${now}, hier um ${booked}.`,
  series: 'Der Eintrag ist dort Teil einer Serie geworden, die wir nicht ändern.',
  gone: (calendar) => `Der Eintrag steht nicht mehr in ${calendar}.`,
  conflict: (places) => `Um diese Zeit steht noch etwas anderes in einem Kalender: ${places}.`,
  more: 'Es gibt noch mehr davon: Gezeigt werden die ersten.',
  putBack: 'Zurückverschieben',
  writeAgain: 'Neu eintragen',
  cancel: 'Termin absagen',
  leave: 'So lassen',
  leaveMoved: 'So lassen, ich habe Bescheid gesagt',
  outcomes: {
    put_back: {
      title: 'Er steht wieder zu seiner Zeit',
      text: 'In Ihrem Kalender steht der Eintrag wieder dort, wo er gebucht wurde.',
    },
    write_again: {
      title: 'Wir tragen ihn neu ein',
      text: 'Laden Sie diese Seite gleich noch einmal, um zu sehen, ob es gelungen ist.',
    },
    leave: {
      title: 'Wir lassen es, wie es ist',
      text: 'Hier bleibt der Termin so, wie er gebucht wurde. Ändern Sie den Eintrag noch einmal, fragen wir wieder.',
    },
    decided_put_back: {
      title: 'Das haben Sie schon entschieden',
      text: 'Der Eintrag wurde auf seine Zeit zurückverschoben. Jetzt wurde nichts weiter getan.',
    },
    decided_write_again: {
      title: 'Das haben Sie schon entschieden',
      text: 'Der Eintrag wird neu geschrieben. Jetzt wurde nichts weiter getan.',
    },
    decided_leave: {
      title: 'Das haben Sie schon entschieden',
      text: 'Es wurde so gelassen, wie es ist. Jetzt wurde nichts weiter getan.',
    },
    difference_changed: {
      title: 'Es hat sich inzwischen geändert',
      text: 'Es wurde nichts getan. Wir sehen noch einmal nach und fragen Sie hier, wenn es noch abweicht.',
    },
    not_put_back: {
      title: 'Der Eintrag ließ sich nicht zurückverschieben',
      text: 'Ihr Kalender hat uns nicht gelassen oder nicht geantwortet. Versuchen Sie es noch einmal, oder verschieben Sie den Eintrag dort selbst.',
    },
  },
}
