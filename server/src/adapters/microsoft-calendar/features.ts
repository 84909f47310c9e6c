import type { CalendarFeatures, ProviderWords } from '../../ports/calendar-binding.ts'
import type { CalendarFailure } from '../../ports/calendar-failure.ts'
import type { MicrosoftConfig } from './config.ts'
import { issuerOrigins } from './identity/authority-hosts.ts'

const MY_APPS = 'https://myapps.microsoft.com'
const MANAGE_CONSENT = 'https://account.live.com/consent/Manage'

const GERMAN: ProviderWords = {
  label: 'Outlook',
  // learn.microsoft.com/de-de/entra/identity-platform/howto-add-branding-in-apps
  signInLabel: 'Mit Microsoft anmelden',
  accessRemovalUrls: [
    { label: 'Geschäfts-, Schul- oder Unikonto: Meine Apps', url: MY_APPS },
    { label: 'Privates Konto: Apps und Dienste', url: MANAGE_CONSENT },
  ],
  sentences: {
    reconnect:
      'Microsoft lässt uns Ihren Kalender nicht mehr sehen. Melden Sie sich noch einmal bei Microsoft an, um die Verbindung wiederherzustellen.',
    admin_consent:
      'In Ihrer Organisation muss die IT-Administration diese Verbindung zuerst genehmigen. Bitten Sie dort darum und versuchen Sie es dann noch einmal.',
    forbidden:
      'Microsoft erlaubt das für Ihr Konto nicht. Vielleicht hat Ihre Organisation eingeschränkt, welche Apps Kalender verwenden dürfen, oder das Konto hat keine Lizenz für Outlook.',
    throttled: 'Microsoft hat uns gebeten, langsamer zu machen. Wir versuchen es gleich von selbst noch einmal.',
    unavailable: 'Microsoft kann gerade nicht antworten. Wir versuchen es von selbst noch einmal.',
    timeout: 'Microsoft hat nicht rechtzeitig geantwortet. Wir versuchen es von selbst noch einmal.',
    not_found:
      'Wir haben für dieses Konto kein Postfach in Outlook gefunden, oder ein gewählter Kalender ist weg. Gäste einer Organisation haben dort kein Postfach. Prüfen Sie, ob das Konto E-Mail in Outlook hat, und wählen Sie Ihre Kalender dann noch einmal aus.',
    conflict: 'Bei Microsoft steht etwas anderes an der Stelle dieses Termins.',
    garbled: 'Microsoft hat eine Antwort gegeben, der wir nicht trauen konnten. Wir haben sie nicht verwendet.',
    misconfigured:
      'Unsere Verbindung zu Microsoft ist falsch eingerichtet. Das liegt an uns. Hält es an, sagen Sie bitte denen Bescheid, die diese Seite betreiben.',
  } satisfies Readonly<Record<CalendarFailure, string>>,
}

/** What pages say of Outlook. Without a configuration, for the mock calendar, which sends nobody to Microsoft. */
export const microsoftFeatures = (config?: Pick<MicrosoftConfig, 'authorityUrl'>): CalendarFeatures => ({
  slug: 'microsoft',
  label: 'Outlook',
  company: 'Microsoft',
  // learn.microsoft.com/entra/identity-platform/howto-add-branding-in-apps
  signInLabel: 'Sign in with Microsoft',
  mark: {
    size: 21,
    shapes: [
      { path: 'M1 1h9v9H1z', fill: '#f25022' },
      { path: 'M1 11h9v9H1z', fill: '#00a4ef' },
      { path: 'M11 1h9v9h-9z', fill: '#7fba00' },
      { path: 'M11 11h9v9h-9z', fill: '#ffb900' },
    ],
  },
  issuerOrigins: config === undefined ? [] : issuerOrigins(config.authorityUrl),
  onlineMeeting: 'Teams',
  busyChoices: ['tentativeBlocks', 'workingElsewhereBlocks'],
  accessRemovalUrls: [
    { label: 'Work or school account: My Apps', url: MY_APPS },
    { label: 'Personal account: apps and services', url: MANAGE_CONSENT },
  ],
  sentences: {
    reconnect: 'Microsoft no longer lets us see your calendar. Sign in with Microsoft again to restore the connection.',
    admin_consent:
      'Your organisation wants an administrator to approve this connection first. Ask your administrator, then try again.',
    forbidden:
      'Microsoft does not allow this for your account. Your organisation may have restricted which apps may use calendars, or the account has no licence for Outlook.',
    throttled: 'Microsoft asked us to slow down. We try again by ourselves in a moment.',
    unavailable: 'Microsoft cannot answer at the moment. We try again by ourselves.',
    timeout: 'Microsoft did not answer in time. We try again by ourselves.',
    not_found:
      'We found no Outlook mailbox for this account, or a chosen calendar is gone. Guests of an organisation have no mailbox in it. Check that the account has Outlook mail, then choose your calendars again.',
    conflict: 'Microsoft holds something else in the place of this appointment.',
    garbled: 'Microsoft gave an answer that we could not trust, so we did not use it.',
    misconfigured:
      'Our connection to Microsoft is set up wrongly. That is our fault. If it lasts, tell whoever runs this site.',
  } satisfies Readonly<Record<CalendarFailure, string>>,
  wordsIn: { de: GERMAN },
})
