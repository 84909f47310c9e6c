import type { CalendarFeatures, ProviderWords } from '../../ports/calendar-binding.ts'
import type { GoogleConfig } from './config.ts'

const CONNECTIONS = 'https://myaccount.google.com/connections'

/** The G in its own colours, for every button that leads to Google (developers.google.com/identity/branding-guidelines). */
const GOOGLE_MARK = {
  size: 48,
  shapes: [
    {
      path: 'M24 9.5c3.54 0 6.71 1.22 9.21 3.6l6.85-6.85C35.9 2.38 30.47 0 24 0 14.62 0 6.51 5.38 2.56 13.22l7.98 6.19C12.43 13.72 17.74 9.5 24 9.5z',
      fill: '#ea4335',
    },
    {
      path: 'M46.98 24.55c0-1.57-.15-3.09-.38-4.55H24v9.02h12.94c-.58 2.96-2.26 5.48-4.78 7.18l7.73 6c4.51-4.18 7.09-10.36 7.09-17.65z',
      fill: '#4285f4',
    },
    {
      path: 'M10.53 28.59c-.48-1.45-.76-2.99-.76-4.59s.27-3.14.76-4.59l-7.98-6.19C.92 16.46 0 20.12 0 24c0 3.88.92 7.54 2.56 10.78l7.97-6.19z',
      fill: '#fbbc05',
    },
    {
      path: 'M24 48c6.48 0 11.93-2.13 15.89-5.81l-7.73-6c-2.15 1.45-4.92 2.3-8.16 2.3-6.26 0-11.57-4.22-13.47-9.91l-7.98 6.19C6.51 42.62 14.62 48 24 48z',
      fill: '#34a853',
    },
  ],
}

const GERMAN: ProviderWords = {
  label: 'Google Kalender',
  signInLabel: 'Weiter mit Google',
  beforeSignIn:
    'Auf der Seite von Google ist zunächst nichts angekreuzt. Kreuzen Sie alles an („Alle auswählen“), bevor Sie fortfahren: Fehlt ein Häkchen, ändert sich hier nichts.',
  accessRemovalUrls: [{ label: 'Ihre Verbindungen bei Google', url: CONNECTIONS }],
  sentences: {
    not_found: 'Dieses Google-Konto hat keinen solchen Kalender oder gar keinen.',
    admin_consent: 'Die Google-Administration Ihrer Organisation muss diese App zuerst zulassen.',
  },
}

/** What pages say of Google Calendar. Without a configuration, for the mock calendar, which sends nobody to Google. */
export const googleFeatures = (config?: Pick<GoogleConfig, 'authorizationUrl'>): CalendarFeatures => ({
  slug: 'google',
  label: 'Google Calendar',
  company: 'Google',
  signInLabel: 'Continue with Google',
  // developers.google.com/identity/protocols/oauth2/resources/granular-permissions; google-api-javascript-client#764
  beforeSignIn:
    'On Google’s page the boxes are empty at first. Tick all of them (“Select all”) before you continue: with one left empty, nothing changes here.',
  mark: GOOGLE_MARK,
  issuerOrigins: config === undefined ? [] : [new URL(config.authorizationUrl).origin],
  onlineMeeting: 'Google Meet',
  // freeBusy.query does not tell why a time is busy.
  busyChoices: [],
  accessRemovalUrls: [{ label: 'Your connections at Google', url: CONNECTIONS }],
  sentences: {
    not_found: 'This Google account has no such calendar, or no calendar at all.',
    admin_consent: 'Your organisation’s Google administrator has to allow this app first.',
  },
  wordsIn: { de: GERMAN },
})
