import type { connectionHealth as english } from '../en/connection-health.ts'

const safe = (sessions: number): string => {
  if (sessions === 0) return ''
  return sessions === 1 ? ' Ihr gebuchter Termin ist sicher.' : ` Ihre ${sessions} gebuchten Termine sind sicher.`
}

const states: (typeof english)['states'] = {
  none: {
    status: 'Nicht verbunden',
    text: () => 'Auf Ihrer Buchungsseite stehen Ihre Arbeitszeiten ohne Ihren Kalender.',
  },
  ok: { status: 'Verbunden', text: () => '' },
  read_only: {
    status: 'Verbunden, nur lesend',
    text: ({ label }) =>
      `Wir sehen, wann Sie belegt sind. Termine bleiben hier und werden nicht in ${label} eingetragen.`,
  },
  failing: {
    status: 'Antwortet nicht',
    text: ({ label, since }) =>
      `${label} antwortet seit ${since} nicht. Wir versuchen es weiter. Solange kann niemand buchen.`,
  },
  unusable: {
    status: 'Antwort nicht verstanden',
    text: ({ label, since }) =>
      `${label} antwortet, aber seit ${since} mit etwas, das wir nicht verwenden können: zum Beispiel mit einem Eintrag, der endet, bevor er beginnt. Wir raten nicht, deshalb kann niemand buchen, bis das behoben ist. Suchen Sie in Ihrem Kalender nach einem Eintrag, der falsch eingegeben wurde. Wir lesen ihn bei jedem Besuch Ihrer Buchungsseite neu.`,
  },
  reconnect: {
    status: 'Muss wieder verbunden werden',
    text: ({ company, since, sessions }) =>
      `${company} lässt uns seit ${since} nicht mehr hinein. Niemand kann buchen.${safe(sessions)}`,
  },
  admin_consent: {
    status: 'IT-Administration nötig',
    text: ({ since, sessions }) =>
      `Ihre Organisation lässt diese App seit ${since} nicht mehr zu. Niemand kann buchen.${safe(sessions)} Bitten Sie Ihre IT-Administration, sie wieder zu genehmigen oder, falls sie abgeschaltet wurde, wieder einzuschalten.`,
  },
  forbidden: {
    status: 'Nicht erlaubt',
    text: ({ label, since, sessions }) =>
      `${label} erlaubt diesem Konto seit ${since} nicht, seinen Kalender freizugeben. Niemand kann buchen.${safe(sessions)} Verbinden Sie es noch einmal, oder nehmen Sie ein anderes Konto.`,
  },
  calendar_unread: {
    status: 'Kalender nicht lesbar',
    text: ({ since, sessions, unread: { names, several, all } }) => {
      const [it, there] = several ? ['sie', 'in diesen Kalendern'] : ['ihn', 'in diesem Kalender']
      const untick = several ? 'Entfernen Sie ihre Häkchen' : 'Entfernen Sie sein Häkchen'
      return `Seit ${since} nicht lesbar: ${names}. Wir raten nicht, deshalb kann niemand buchen.${safe(sessions)} ${untick}${all ? ', kreuzen Sie einen anderen Kalender an' : ''} und speichern Sie: Dann kann sofort wieder gebucht werden, aber auch, wenn Sie ${there} belegt sind. Lassen Sie ${it} angekreuzt, versuchen wir es bei jedem Besuch Ihrer Buchungsseite noch einmal.`
    },
  },
  calendar_gone: {
    status: 'Kalender verschwunden',
    text: ({ label, since }) =>
      `Ein Kalender, den Sie gewählt haben, fehlt seit ${since} in ${label}. Niemand kann buchen, bis Sie noch einmal verbinden oder ein anderes Konto wählen.`,
  },
  our_fault: {
    status: 'Störung bei uns',
    text: ({ since }) =>
      `Seit ${since} können wir Ihren Kalender nicht lesen, und niemand kann buchen. Das liegt an uns, nicht an Ihnen: Sie brauchen nichts neu zu verbinden. Hält es an, sagen Sie bitte denen Bescheid, die diese Seite betreiben.`,
  },
}

export const connectionHealth: typeof english = {
  region: 'Verbindung zum Kalender',
  goToSettings: 'Zu Ihren Kalendereinstellungen',
  yourCalendar: 'Ihr Kalender',
  yourProvider: 'Ihr Anbieter',
  severalUnread: 'Mehrere Kalender nicht lesbar',
  states,
}
